import { z } from 'zod';

const error = 'must be a JSON object with no field but until';

/** The body of a pause, of a queue or of a type. */
export const pauseRequestSchema = z
  .strictObject(
    {
      until: z.iso
        .datetime({ offset: true, error: 'must be a date and time with its zone, such as 2030-01-15T09:00:00+09:00' })
        .transform((text) => new Date(text))
        .optional()
        .meta({ description: 'When the pause ends by itself. Default: never.' }),
    },
    { error },
  )
  .optional();

export type PauseRequest = z.output<typeof pauseRequestSchema>;
