/** A year that is ahead on any day on which a test runs. */
export const NEXT_YEAR = new Date().getUTCFullYear() + 2;
