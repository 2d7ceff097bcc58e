import type { UseQueryResult } from '@tanstack/react-query';
import { usePath } from './queries';

export interface Finding {
  code: string;
  severity: 'problem' | 'advice';
  what: string;
  remedy: string;
}

export interface TableSize {
  name: string;
  rows: number;
  deadRows: number;
  tableBytes: number;
  indexBytes: number;
  vacuumedAt: string | null;
}

export interface System {
  readAt: string;
  environment: string;
  versions: { library: string; application: string; node: string; postgres: string | null };
  schema: { latest: string | null; pending: string[] | null };
  tables: TableSize[];
  indexes: { name: string; bytes: number; valid: boolean }[];
  oldestSnapshot: { kind: 'session' | 'prepared' | 'slot'; name: string; detail: string; seconds: number } | null;
  findings: Finding[];
}

/** The server examines the database once for all within 30 seconds. */
const EXAMINED_MS = 30_000;

export const useSystem = (): UseQueryResult<System> => usePath<System>('system', undefined, { everyMs: EXAMINED_MS });
