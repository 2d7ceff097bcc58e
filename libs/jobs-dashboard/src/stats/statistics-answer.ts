import { z } from 'zod';

const time = z.iso
  .datetime({ offset: true, error: 'must be a date and time with its zone, such as 2030-01-15T09:00:00+09:00' })
  .transform((text) => new Date(text))
  .optional();

const rangeQuery = {
  queue: z.string().optional().meta({ description: 'Only of this queue. Default: all.' }),
  hours: z.coerce
    .number()
    .min(0.05)
    .max(87_840)
    .optional()
    .meta({ description: 'How far back from the end, instead of `from`. Default 1.' }),
  from: time.meta({ description: 'When to begin. It is moved back to the start of a step.' }),
  to: time.meta({ description: 'When to end. Default, and at most: the last minute that all workers have written.' }),
};

const oneStart = {
  check: ({ hours, from }: { hours?: number; from?: Date }) => hours === undefined || from === undefined,
  error: { path: ['hours'], error: 'cannot be given together with from' },
};

export const seriesQuerySchema = z
  .strictObject({
    ...rangeQuery,
    type: z.string().optional().meta({ description: 'Only of this type. Default: all.' }),
    everyMs: z.coerce.number().optional().meta({
      description:
        'Length of a step in milliseconds. Default: a minute, 10 minutes, an hour or a day; at most 200 steps.',
    }),
  })
  .refine(oneStart.check, oneStart.error);

export const byTypeQuerySchema = z
  .strictObject({
    ...rangeQuery,
    order: z
      .enum(['runs', 'failures', 'time'])
      .optional()
      .meta({ description: 'Which types come first: most runs, failed attempts, or run time in total. Default runs.' }),
    limit: z.coerce.number().optional().meta({ description: 'Types at most, 1 to 500. Default 100.' }),
  })
  .refine(oneStart.check, oneStart.error);

export type SeriesQuery = z.output<typeof seriesQuerySchema>;
export type ByTypeQuery = z.output<typeof byTypeQuerySchema>;

const percentilesSchema = z.object({
  p50: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
});

const figures = {
  completed: z.int(),
  retried: z.int().meta({ description: 'Failed attempts that are followed by another.' }),
  failed: z.int().meta({ description: 'Jobs that failed for good.' }),
  cancelled: z.int(),
  failureShare: z.number().nullable().meta({ description: 'The part of the attempts that failed, 0 to 1.' }),
  waitMs: percentilesSchema.meta({ description: 'From falling due to the start. Exact to 12.5 %.' }),
  runMs: percentilesSchema.meta({ description: 'Run times of handlers. Exact to 12.5 %.' }),
  busyMs: z.number().meta({ description: 'Sum of the run times.' }),
};

const perMinute = z.number().meta({ description: 'Runs that ended, per minute.' });
const range = { from: z.iso.datetime(), to: z.iso.datetime() };

/** `StatisticsSeries` as JSON. */
export const seriesAnswerSchema = z.object({
  ...range,
  everyMs: z.int(),
  points: z.array(
    z.object({
      at: z.iso.datetime().meta({ description: 'When the step begins.' }),
      partial: z.boolean().meta({ description: 'True for a last step that is not over.' }),
      ...figures,
    }),
  ),
  total: z.object({ ...figures, perMinute }),
});

/** `StatisticsByType` as JSON. */
export const byTypeAnswerSchema = z.object({
  ...range,
  types: z.array(z.object({ type: z.string(), ...figures, perMinute })),
  capped: z.boolean().meta({ description: 'True if there are more types.' }),
});

/** `hours` counts back from the end, and the end from now. */
export function rangeOf({ hours, from, to }: { hours?: number; from?: Date; to?: Date }): { from?: Date; to?: Date } {
  if (hours === undefined) return { from, to };
  return { from: new Date((to?.getTime() ?? Date.now()) - hours * 3_600_000), to };
}
