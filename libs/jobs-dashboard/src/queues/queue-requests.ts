import { z } from 'zod';

export const queuesQuerySchema = z.strictObject({
  search: z.string().optional().meta({ description: 'A part of the name, in upper or lower case.' }),
});

export type QueuesQuery = z.infer<typeof queuesQuerySchema>;
