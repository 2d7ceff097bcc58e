/** `smoke` shows that the harness works, `reduced` is for every day, `full` reaches the promised counts. */
export type Scale = 'smoke' | 'reduced' | 'full';

/** One sentence that held or did not, with what was seen. */
export interface Check {
  what: string;
  held: boolean;
  seen: string;
}
