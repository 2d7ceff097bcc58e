const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of `30m`, `2h` or `7d`; null for any other text. */
export function agoMs(text: string): number | null {
  const [, amount, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  return amount === undefined ? null : Number(amount) * UNITS[unit as keyof typeof UNITS];
}

/** Milliseconds of `2h`, which is later, or `-30m`, which is earlier; null for any other text. */
export function shiftMs(text: string): number | null {
  const [, sign = '', span = ''] = /^([+-]?)(\S+)$/.exec(text.trim()) ?? [];
  const ms = agoMs(span);
  return ms === null ? null : Number(`${sign}${ms}`);
}

/** Whether it is a time or a duration that the search takes. */
export function isTime(text: string): boolean {
  return agoMs(text) !== null || (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(Date.parse(text)));
}
