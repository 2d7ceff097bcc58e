import { z } from 'zod';

/** A JSON Schema of an object, as far as it is looked into here. */
export interface ObjectSchema {
  properties?: Record<string, { description?: string }>;
  required?: string[];
}

/** A schema as Swagger 12 reads it by itself, for version 11, which only knows JSON Schemas. */
export function jsonSchemaOf(schema: z.ZodType): ObjectSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io: 'input',
    unrepresentable: 'any',
  });
  return rest as ObjectSchema;
}

/** The options of a decorator, with a JSON Schema in place of a standard schema. */
export function withJsonSchema(options: unknown): unknown {
  if (typeof options !== 'object' || options === null || !('standardSchema' in options)) return options;
  const { standardSchema, ...rest } = options;
  return { ...rest, schema: jsonSchemaOf(standardSchema as z.ZodType) };
}
