const UNITS: readonly [name: string, ms: number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

/** A length of time in its largest whole unit, such as "3 hours"; below a second, "a moment". */
export function inWords(ms: number): string {
  for (const [name, unitMs] of UNITS) if (ms >= unitMs) return plural(Math.floor(ms / unitMs), name);
  return 'a moment';
}

/** Such as "1 job" and "10,000 jobs". */
export function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

/** A time to the second, in UTC. */
export function timeInWords(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
