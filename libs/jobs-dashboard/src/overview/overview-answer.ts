import { z } from 'zod';
import { ROLES } from '../access/role.js';

/** `JobsOverviewView` as JSON, with the role of the request. */
export const overviewAnswerSchema = z.object({
  status: z.enum(['up', 'degraded', 'down']),
  reasons: z
    .array(z.object({ code: z.string(), message: z.string() }))
    .meta({ description: 'What needs attention, most important first.' }),
  pending: z.int(),
  pendingCapped: z.boolean().meta({ description: 'True if there are more than are counted.' }),
  running: z.int(),
  failedLastDay: z.int().meta({ description: 'Jobs that failed for good in the last 24 hours.' }),
  failedCapped: z.boolean().meta({ description: 'True if there are more than are counted.' }),
  oldestDueMs: z
    .number()
    .nullable()
    .meta({ description: 'How long the oldest due job has been due, without those of paused types.' }),
  queues: z.int(),
  workers: z.int().meta({ description: 'Living workers.' }),
  version: z.string().meta({ description: 'Of the application that answers.' }),
  role: z.enum(ROLES).meta({ description: 'What this request may do.' }),
  environment: z.string().meta({ description: 'Such as production or staging.' }),
});
