import { z } from 'zod';
import { jsonSchemaOf, withJsonSchema } from './json-schema.js';

const schema = z.strictObject({
  limit: z.coerce.number().optional().meta({ description: '1 to 200.' }),
  at: z.iso.datetime().nullable(),
  value: z.unknown().transform(String),
});

describe('a schema for Swagger 11', () => {
  it('has what a request may have, with descriptions', () => {
    expect(jsonSchemaOf(schema)).toMatchObject({
      type: 'object',
      properties: { limit: { description: '1 to 200.' }, at: { type: 'string', nullable: true }, value: {} },
      required: expect.arrayContaining(['at']) as string[],
    });
    expect(jsonSchemaOf(schema)).not.toHaveProperty('$schema');
  });

  it('takes the place of the standard schema among the options of a decorator', () => {
    expect(withJsonSchema({ description: 'x', standardSchema: z.object({ id: z.uuid() }) })).toMatchObject({
      description: 'x',
      schema: { properties: { id: { type: 'string', format: 'uuid' } } },
    });
    expect(withJsonSchema({ description: 'x' })).toEqual({ description: 'x' });
    expect(withJsonSchema('text/csv')).toBe('text/csv');
  });
});
