/** What to do with ticks that passed while no process ran: skip them, fire the latest one, or fire all. */
export type CatchUp = 'none' | 'latest' | 'all';

export const CATCH_UPS: readonly CatchUp[] = ['none', 'latest', 'all'];
