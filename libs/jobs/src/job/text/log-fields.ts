import { types } from 'node:util';
import { storableText } from './error-text.js';
import { redactSecrets, type Redact } from './redact-secrets.js';
import { MASK } from './secret-shapes.js';

/** Of the JSON of all fields of a line, in bytes. */
export const MAX_FIELDS_BYTES = 4_096;
/** Longer texts are cut, in characters. */
const MAX_TEXT = 1_000;
/** Names and elements of one value. */
const MAX_ENTRIES = 50;
const MAX_DEPTH = 4;
const LEFT_OUT = '…';

/**
 * The fields of a line as JSON that PostgreSQL can store, with secrets masked; null without any. Never throws: what JSON cannot
 * hold becomes a text, and fields that are too large are left out and counted.
 */
export function logFields(fields: unknown, redact: Redact = redactSecrets): string | null {
  if (fields === undefined || fields === null) return null;
  const plain = plainValue(fields, redact, MAX_DEPTH);
  if (typeof plain !== 'object' || plain === null || Array.isArray(plain)) return fitting({ value: plain });
  return fitting(plain as Record<string, unknown>);
}

function fitting(fields: Record<string, unknown>): string {
  const whole = JSON.stringify(fields);
  if (Buffer.byteLength(whole) <= MAX_FIELDS_BYTES) return whole;
  const kept: Record<string, unknown> = {};
  let leftOut = 0;
  let bytes = 40;
  for (const [name, value] of Object.entries(fields)) {
    const size = Buffer.byteLength(JSON.stringify({ [name]: value }));
    if (bytes + size > MAX_FIELDS_BYTES) leftOut++;
    else {
      kept[name] = value;
      bytes += size;
    }
  }
  return JSON.stringify({ ...kept, [LEFT_OUT]: `${leftOut} too large` });
}

function plainValue(value: unknown, redact: Redact, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      return plainText(value, redact);
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
      return String(value);
    case 'boolean':
      return value;
    case 'object':
      return value === null ? null : plainObject(value, redact, depth);
    default:
      return undefined;
  }
}

function plainText(text: string, redact: Redact): string {
  const cut = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}${LEFT_OUT}` : text;
  return redact(storableText(cut));
}

function plainObject(value: object, redact: Redact, depth: number): unknown {
  try {
    if (value instanceof Error || types.isNativeError(value))
      return plainText(`${value.name}: ${value.message}`, redact);
    if (depth === 0) return LEFT_OUT;
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON === 'function') return plainValue(toJSON.call(value), redact, depth - 1);
    if (Array.isArray(value)) return value.slice(0, MAX_ENTRIES).map((item) => plainValue(item, redact, depth - 1));
    return plainEntries(value, redact, depth - 1);
  } catch {
    return 'cannot be read';
  }
}

function plainEntries(value: object, redact: Redact, depth: number): Record<string, unknown> {
  const entries = Object.entries(value instanceof Map ? Object.fromEntries(value) : value).slice(0, MAX_ENTRIES);
  return Object.fromEntries(
    entries.map(([name, entry]) => [plainText(name, redact), plainMember(name, entry, redact, depth)]),
  );
}

/** The value of a name that says it is secret is masked, whatever it is. */
function plainMember(name: string, value: unknown, redact: Redact, depth: number): unknown {
  const asText = `${name}="x"`;
  const isSecret = value !== undefined && value !== null && redact(asText) !== asText;
  return isSecret ? MASK : plainValue(value, redact, depth);
}
