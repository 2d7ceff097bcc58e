/** What a tick does while a job of an earlier tick is unfinished: enqueue another one, skip itself, or take its place. */
export type Overlap = 'allow' | 'skip' | 'replace';

export const OVERLAPS: readonly Overlap[] = ['allow', 'skip', 'replace'];
