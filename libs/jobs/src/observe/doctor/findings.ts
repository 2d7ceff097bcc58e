/** One thing that the doctor has found. */
export interface Finding {
  /** Stable, such as `JOBS_INDEX_MISSING`. */
  code: string;
  /** `problem`: jobs are late, stuck or at risk. `advice`: it is worth a look, and may be intended. */
  severity: 'problem' | 'advice';
  /** What is wrong, and where. */
  what: string;
  /** How to mend it: a sentence, or commands and SQL to run as they stand. */
  remedy: string;
}

export const problem = (code: string, what: string, remedy: string): Finding => ({
  code,
  severity: 'problem',
  what,
  remedy,
});

export const advice = (code: string, what: string, remedy: string): Finding => ({
  code,
  severity: 'advice',
  what,
  remedy,
});

/** A time span for people: "40 s", "12 min", "3 h", "2 d". */
export function span(seconds: number): string {
  if (seconds < 100) return `${Math.round(seconds)} s`;
  if (seconds < 6_000) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** The first names of a list, and how many more there are. */
export function some(names: readonly string[], most = 5): string {
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(', ')} and ${rest} more` : names.join(', ');
}

/** A word of a shell's command, in quotes if it needs them. */
export function shellWord(text: string): string {
  return /^[\w.:/][\w.:/-]*$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
