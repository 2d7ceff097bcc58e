import { statement } from '../../statement.js';
import { IS_PAUSED, PAUSE_COLUMNS, pausedSince, type PauseRow } from '../pauses.js';

export interface TypePauseRow extends PauseRow {
  type: string;
}

const SETTINGS = `
  type, ${PAUSE_COLUMNS}`;

/** The types that are paused, at most 1,000, by name. */
export const readPausedTypes = statement<[], TypePauseRow>(
  'read_paused_types',
  `
  select ${SETTINGS}
  from {job_types}
  where ${IS_PAUSED}
  order by type
  limit 1000`,
);

/**
 * Pauses a type, or changes the end of its pause. Returns no row if nobody has registered it. `updated_at` says when a
 * definition was registered, so it stays.
 */
export const pauseType = statement<[type: string, until: Date | null, by: string | null], TypePauseRow>(
  'pause_type',
  `
  update {job_types}
  set paused_at = ${pausedSince()}, paused_until = $2, paused_by = $3
  where type = $1
  returning ${SETTINGS}`,
);

/** Returns no row if nobody has registered the type. */
export const resumeType = statement<[type: string], TypePauseRow>(
  'resume_type',
  `
  update {job_types}
  set paused_at = null, paused_until = null, paused_by = null
  where type = $1
  returning ${SETTINGS}`,
);
