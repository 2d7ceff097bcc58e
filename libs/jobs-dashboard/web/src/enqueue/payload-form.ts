import { membersOf } from '../json/json-text';
import type { Field } from './schema-fields';

/** What is in the fields of a form, by their keys. A field without an entry is empty. */
export type Values = Readonly<Record<string, string>>;

export interface Written {
  /** JSON. */
  text: string;
  /** Keys of fields that have no JSON in them. */
  broken: readonly string[];
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** The payload of a form. An empty field is left out. All else is written as it is, with all digits, for the server to judge. */
export function payloadOf(fields: readonly Field[], values: Values): Written {
  const broken: string[] = [];
  const members = fields.flatMap((field) => {
    const value = field.kind === 'group' ? groupText(field, values, broken) : valueText(field, values, broken);
    return value === null ? [] : [`${JSON.stringify(field.name)}:${value}`];
  });
  return { text: `{${members.join(',')}}`, broken };
}

function groupText({ fields, isRequired }: Field, values: Values, broken: string[]): string | null {
  const inner = payloadOf(fields, values);
  broken.push(...inner.broken);
  return inner.text === '{}' && !isRequired ? null : inner.text;
}

function valueText({ kind, key, isRequired, isNullable }: Field, values: Values, broken: string[]): string | null {
  const value = values[key] ?? '';
  if (value.trim() === '') return isRequired && isNullable ? 'null' : null;
  if (kind === 'text') return JSON.stringify(value);
  if (kind === 'number') return NUMBER.test(value.trim()) ? value.trim() : JSON.stringify(value);
  if (!isJson(value)) broken.push(key);
  return value.trim();
}

/** What the fields of a form have for a payload. Null if they cannot show all of it. */
export function valuesOf(fields: readonly Field[], text: string): Values | null {
  if (!isJson(text) || !text.trim().startsWith('{')) return null;
  const values: Record<string, string> = {};
  for (const [name, value] of membersOf(text)) {
    const field = fields.find((each) => each.name === name);
    if (!field) return null;
    const inner = field.kind === 'group' ? valuesOf(field.fields, value) : null;
    const own = field.kind === 'group' ? null : shownValue(field, value);
    if (inner === null && own === null) return null;
    Object.assign(values, inner ?? { [field.key]: own });
  }
  return values;
}

function shownValue({ kind, choices, isNullable, isRequired }: Field, value: string): string | null {
  if (value === 'null' && isNullable && isRequired) return '';
  if (kind === 'number') return NUMBER.test(value) ? value : null;
  if (kind === 'boolean') return value === 'true' || value === 'false' ? value : null;
  if (kind === 'choice') return choices.includes(value) ? value : null;
  if (kind === 'json') return value;
  if (!value.startsWith('"')) return null;
  const shown = JSON.parse(value) as string;
  return shown.trim() === '' ? null : shown;
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
