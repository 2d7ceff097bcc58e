import type pg from 'pg';
import { parse as parseArray } from 'postgres-array';

type FromText = (text: string) => unknown;

const itself: FromText = (text) => text;

/**
 * By the number of the column's type, which PostgreSQL never changes. A type that is not here stays text. There are no times:
 * the session's DateStyle would decide what they look like, so statements return milliseconds (`epochMs`).
 */
const CONVERSIONS: ReadonlyMap<number, FromText> = new Map<number, FromText>([
  [16, (text) => text === 't'],
  [21, Number],
  [23, Number],
  [700, Number],
  [701, Number],
  [114, (text) => JSON.parse(text)],
  [3802, (text) => JSON.parse(text)],
  [1007, (text) => parseArray(text, Number)],
  [1009, (text) => parseArray(text)],
  [1015, (text) => parseArray(text)],
]);

/** Reads columns by the library's own conversions: an application may have changed those of pg, which are global. */
export const OWN_TYPES: pg.CustomTypesConfig = { getTypeParser: (oid: number) => CONVERSIONS.get(oid) ?? itself };

/** Leaves columns the texts that they are. */
export const AS_TEXT: pg.CustomTypesConfig = { getTypeParser: () => itself };
