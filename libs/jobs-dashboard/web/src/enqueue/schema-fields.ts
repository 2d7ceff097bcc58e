/** JSON Schema, as far as a form uses it. */
export interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  $ref?: string;
  $defs?: Record<string, Schema>;
  definitions?: Record<string, Schema>;
  title?: string;
  description?: string;
  format?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
}

export type FieldKind = 'text' | 'number' | 'boolean' | 'choice' | 'json' | 'group';

/** A field of a form. Its key is the path below the payload: `user.id`. */
export interface Field {
  kind: FieldKind;
  key: string;
  name: string;
  isRequired: boolean;
  isNullable: boolean;
  /** What it is for, and what it may be. */
  hint: string;
  /** JSON of what it is without a value; empty if there is no default. */
  fallback: string;
  /** JSON of each value of a choice. */
  choices: readonly string[];
  /** Of a group. */
  fields: readonly Field[];
}

const MAX_DEPTH = 4;
const MAX_FIELDS = 100;
const MAX_CHOICES = 200;

/** The fields of a payload. Null if a form cannot show them: it is no object, has no known fields or too many. */
export function fieldsOf(schema: Schema | null): readonly Field[] | null {
  if (schema === null) return null;
  const fields = membersOf(schema, { root: schema, prefix: '', depth: 0 });
  return fields === null || fields.length === 0 || countOf(fields) > MAX_FIELDS ? null : fields;
}

interface Place {
  root: Schema;
  prefix: string;
  depth: number;
}

function membersOf(given: Schema, place: Place): Field[] | null {
  const { properties, required = [] } = resolved(given, place.root);
  const names = Object.keys(properties ?? {});
  // A key with a point in it would look like a path.
  if (!properties || place.depth >= MAX_DEPTH || names.some((name) => name.includes('.'))) return null;
  return names.map((name) => fieldOf(name, properties[name]!, required.includes(name), place));
}

function fieldOf(name: string, given: Schema, isRequired: boolean, { root, prefix, depth }: Place): Field {
  const { schema, isNullable } = withoutNull(resolved(given, root), root);
  const key = prefix + name;
  const common = {
    key,
    name,
    isRequired,
    isNullable,
    hint: hintOf({ ...schema, ...textsOf(given) }),
    fallback: jsonOf(given.default ?? schema.default),
    choices: [],
    fields: [],
  };
  const choices = choicesOf(schema);
  if (choices) return { ...common, kind: 'choice', choices };
  const fields = schema.type === 'object' ? membersOf(schema, { root, prefix: `${key}.`, depth: depth + 1 }) : null;
  if (fields && fields.length > 0) return { ...common, kind: 'group', fields };
  return { ...common, kind: simpleKind(schema.type) };
}

function simpleKind(type: Schema['type']): FieldKind {
  if (type === 'string') return 'text';
  if (type === 'number' || type === 'integer') return 'number';
  return type === 'boolean' ? 'boolean' : 'json';
}

function choicesOf(schema: Schema): string[] | null {
  const values = 'const' in schema ? [schema.const] : schema.enum;
  if (!values || values.length === 0 || values.length > MAX_CHOICES) return null;
  return values.map(jsonOf);
}

/** Follows references within the document. One that leads elsewhere, or in a circle, is a field of any kind. */
function resolved(schema: Schema, root: Schema): Schema {
  let found = schema;
  for (let steps = 0; found.$ref !== undefined; steps++) {
    const [, folder, name] = /^#\/(\$defs|definitions)\/([^/]+)$/.exec(found.$ref) ?? [];
    const next = folder === undefined ? undefined : root[folder as '$defs' | 'definitions']?.[name!];
    if (!next || steps > MAX_DEPTH) return {};
    found = next;
  }
  return found;
}

/** The schema of the values that are not null. */
function withoutNull(schema: Schema, root: Schema): { schema: Schema; isNullable: boolean } {
  const { type } = schema;
  const isNull = (each: Schema) => each.type === 'null';
  if (Array.isArray(type)) {
    const others = type.filter((each) => each !== 'null');
    return {
      schema: { ...schema, type: others.length === 1 ? others[0]! : others },
      isNullable: type.includes('null'),
    };
  }
  const any = schema.anyOf ?? schema.oneOf;
  const others = any?.filter((each) => !isNull(each));
  if (!any || others?.length !== 1) return { schema, isNullable: any?.some(isNull) ?? type === 'null' };
  const only = resolved(others[0]!, root);
  return { schema: { ...only, ...textsOf(schema) }, isNullable: any.length === 2 };
}

/** What a schema says itself, beside the one that it refers to. */
function textsOf({ title, description }: Schema): Schema {
  return { ...(title !== undefined && { title }), ...(description !== undefined && { description }) };
}

function hintOf({ title, description, format, minimum, maximum }: Schema): string {
  const isSafe = (limit: number | undefined) => limit !== undefined && Math.abs(limit) < Number.MAX_SAFE_INTEGER;
  const limits = [...(isSafe(minimum) ? [`≥ ${minimum}`] : []), ...(isSafe(maximum) ? [`≤ ${maximum}`] : [])];
  return [description ?? title, format, ...limits].filter((text) => text !== undefined).join(' · ');
}

const jsonOf = (value: unknown): string => JSON.stringify(value) ?? '';

function countOf(fields: readonly Field[]): number {
  return fields.reduce((sum, { fields: inner }) => sum + 1 + countOf(inner), 0);
}
