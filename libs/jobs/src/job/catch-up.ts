/** What to do about ticks that passed while nothing ran. */
export type CatchUp = 'none' | 'latest' | 'all';

export const CATCH_UPS: readonly CatchUp[] = ['none', 'latest', 'all'];
