import { z } from 'zod';

/** The query of a list, which is fetched in parts: each starts behind the last id of the part before. */
export const pageSchema = z.object({
  limit: z.coerce.number().int().min(1).max(1_000).default(100).meta({ description: 'Most entries to answer with' }),
  after: z.uuid().optional().meta({ description: "The last entry's user id of the page before" }),
});

export type Page = z.infer<typeof pageSchema>;
