/** The error of a job that was cancelled between its runs, unless a failed attempt has left its own. */
export const CANCELLED_UNSTARTED = 'Cancelled before its next run';
