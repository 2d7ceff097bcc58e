/** How far a run has come. */
export interface Progress {
  /** From 0 to 100. */
  percent: number;
  note: string | null;
}
