import { statement } from '../../statement.js';

/** Stores what went wrong after a run had completed its job, unless the job has been started again since. */
export const noteError = statement<[shard: number, id: string, run: number, error: string], never>(
  'note_error',
  `
  update {jobs}
  set error = $4, updated_at = now()
  where shard = $1 and id = $2 and run = $3 and status = 'completed'`,
);
