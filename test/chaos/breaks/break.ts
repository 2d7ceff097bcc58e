/** A line of the code that keeps a promise, and what to write in its place so that it is kept no more. */
export interface Edit {
  /** Below `libs/jobs/src`. */
  file: string;
  line: string;
  instead: string;
}

export interface Break {
  scenario: string;
  edits: readonly Edit[];
  /** What the harness has to say then. */
  says: RegExp;
  /** Faults, where the smallest count gives it too few chances. */
  faults?: number;
}
