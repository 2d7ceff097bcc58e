/** The error of a job that was cancelled between two runs, unless a failed attempt has left one. */
export const CANCELLED_UNSTARTED = 'Cancelled before its next run';
