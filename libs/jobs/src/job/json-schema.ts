import type { StandardSchemaV1 } from '@standard-schema/spec';

const MAX_LENGTH = 200_000;

/** The part of Standard JSON Schema that is used here. zod has it from 4.2 on, and other libraries have it too. */
interface Describing {
  jsonSchema?: { input?: (options: { target: string }) => unknown };
}

/**
 * What a schema accepts, as JSON Schema (draft 2020-12). Null if the schema cannot say it, as with older libraries and
 * with types that JSON Schema does not have, or if it takes more than 200,000 characters.
 */
export function jsonSchemaOf(schema: StandardSchemaV1): Record<string, unknown> | null {
  try {
    const { jsonSchema } = schema['~standard'] as Describing;
    const found = jsonSchema?.input?.({ target: 'draft-2020-12' });
    const text = JSON.stringify(found);
    return text === undefined || text.length > MAX_LENGTH ? null : (JSON.parse(text) as Record<string, unknown>);
  } catch {
    return null;
  }
}
