/** A server cannot plan these, so they are no statements with parameters and rows. */
export const SET_SAVEPOINT = 'savepoint jobs_part';
export const RELEASE_SAVEPOINT = 'release savepoint jobs_part';
export const ROLL_BACK_TO_SAVEPOINT = 'rollback to savepoint jobs_part';
