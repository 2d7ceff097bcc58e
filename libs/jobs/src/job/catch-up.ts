/** What to do about ticks that passed while nothing ran. */
export type CatchUp = 'none' | 'latest' | 'all';
