import { z } from 'zod';

/** The query of a list: its parts are fetched one after the other, each starting behind the last id of the one before. */
export const pageSchema = z.object({
  limit: z.coerce.number().int().min(1).max(1_000).default(100).meta({ description: 'Most entries to answer with' }),
  after: z.uuid().optional().meta({ description: "The last entry's user id of the page before" }),
});

export type Page = z.infer<typeof pageSchema>;
