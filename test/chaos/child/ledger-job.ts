import { defineJob } from '@monstera/jobs';
import { z } from 'zod';

/** What a handler does, in the words of `behaviours.ts`. */
export const BEHAVIOURS = [
  'plain',
  'hold',
  'gate',
  'credit',
  'crash',
  'block',
  'fail',
  'unstorable',
  'nulError',
] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

/** The one job type of the harness. */
export const ledgerJob = defineJob({
  type: 'ledger',
  payload: z.object({
    does: z.enum(BEHAVIOURS).default('plain'),
    /** How long it holds or blocks, in milliseconds. */
    ms: z.number().default(0),
    /** The file whose existence opens the gate. */
    gate: z.string().optional(),
    /** How much to credit to one of so many accounts. */
    amount: z.number().default(0),
    accounts: z.number().default(1),
  }),
});
