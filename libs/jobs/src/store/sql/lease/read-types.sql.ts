import { statement } from '../../statement.js';
import type { RegisteredType } from '../../../job/registered-definition.js';
import { PAUSE_COLUMNS, type PauseRow } from '../pauses.js';

/** A type with its defaults, and whether it is paused. */
export interface TypeRow extends RegisteredType, PauseRow {}

/** The job types that an application has registered at its boot, with their defaults: the given ones, or all. */
export const readTypes = statement<[types: string[] | null], TypeRow>(
  'read_types',
  `
  select type, queue, priority, max_attempts, timeout_ms, retry, ${PAUSE_COLUMNS}
  from {job_types}
  where $1::text[] is null or type = any ($1)
  order by type
  limit 10000`,
);
