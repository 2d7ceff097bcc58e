/** The values of each field of a cron text, in ascending order. Sunday is 0. */
export interface CronFields {
  seconds: readonly number[];
  minutes: readonly number[];
  hours: readonly number[];
  daysOfMonth: readonly number[];
  months: readonly number[];
  daysOfWeek: readonly number[];
}

const FIELDS: Record<keyof CronFields, { low: number; high: number; names?: readonly string[] }> = {
  seconds: { low: 0, high: 59 },
  minutes: { low: 0, high: 59 },
  hours: { low: 0, high: 23 },
  daysOfMonth: { low: 1, high: 31 },
  months: { low: 1, high: 12, names: 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ') },
  daysOfWeek: { low: 0, high: 7, names: 'sun mon tue wed thu fri sat'.split(' ') },
};

/** Parses five or six fields. The text must have passed `requireCron`. */
export function cronFields(cron: string): CronFields {
  const texts = cron.toLowerCase().trim().split(/\s+/);
  if (texts.length === 5) texts.unshift('0');
  const entries = Object.keys(FIELDS).map((field, index) => [
    field,
    valuesOf(texts[index]!, field as keyof CronFields),
  ]);
  return Object.fromEntries(entries) as Record<keyof CronFields, number[]>;
}

function valuesOf(text: string, field: keyof CronFields): number[] {
  const { low, high, names = [] } = FIELDS[field];
  const numbers = text
    .replace(/[a-z]+/g, (name) => String(low + names.indexOf(name)))
    .replaceAll('*', `${low}-${high}`);
  const values = numbers.split(',').flatMap((range) => valuesOfRange(range, high));
  const named = field === 'daysOfWeek' ? values.map((day) => day % 7) : values;
  return [...new Set(named)].sort((a, b) => a - b);
}

/** `a`, `a-b`, `a-b/step`, or `a/step` up to the highest value. */
function valuesOfRange(range: string, high: number): number[] {
  const [ends, step] = range.split('/');
  const [first, last = step === undefined ? first : high] = ends!.split('-');
  const values: number[] = [];
  for (let value = Number(first); value <= Number(last); value += Number(step ?? 1)) values.push(value);
  return values;
}
