import type pg from 'pg';
import { parse as parseArray } from 'postgres-array';

type FromText = (text: string) => unknown;

const itself: FromText = (text) => text;

/**
 * Conversions by the type's OID, which PostgreSQL never changes. Other types stay text. Times are missing on purpose:
 * their format depends on the session's DateStyle, so statements return milliseconds (`epochMs`).
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
  [1022, (text) => parseArray(text, Number)],
]);

/** Reads columns with the library's own conversions. An application may have changed those of pg, which are global. */
export const OWN_TYPES: pg.CustomTypesConfig = { getTypeParser: (oid: number) => CONVERSIONS.get(oid) ?? itself };

/** Leaves all columns as text. */
export const AS_TEXT: pg.CustomTypesConfig = { getTypeParser: () => itself };
