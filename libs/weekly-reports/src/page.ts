import { z } from 'zod';

/** The query of a list that is read in pages. Each page starts after the last id of the page before. */
export const pageSchema = z.object({
  limit: z.coerce.number().int().min(1).max(1_000).default(100).meta({ description: 'Most entries to answer with' }),
  after: z.uuid().optional().meta({ description: "The last entry's user id of the page before" }),
});

export type Page = z.infer<typeof pageSchema>;
