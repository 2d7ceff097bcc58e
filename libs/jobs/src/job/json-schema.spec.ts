import type { StandardSchemaV1 } from '@standard-schema/spec';
import { z } from 'zod';
import { jsonSchemaOf } from './json-schema.js';

describe('jsonSchemaOf', () => {
  it('says what a schema accepts, and not what it makes of that', () => {
    const schema = z.object({
      id: z.int().min(1),
      at: z
        .string()
        .transform((text) => new Date(text))
        .optional(),
    });

    expect(jsonSchemaOf(schema)).toMatchObject({
      type: 'object',
      properties: { id: { type: 'integer', minimum: 1 }, at: { type: 'string' } },
      required: ['id'],
    });
  });

  it('is null where the schema cannot say it', () => {
    const silent: StandardSchemaV1 = { '~standard': { version: 1, vendor: 'own', validate: (value) => ({ value }) } };

    expect(jsonSchemaOf(silent)).toBeNull();
    expect(jsonSchemaOf(z.object({ at: z.date() }))).toBeNull();
  });

  it('is null where it would be too large to send', () => {
    expect(jsonSchemaOf(z.string().describe('x'.repeat(200_001)))).toBeNull();
  });
});
