import fc from 'fast-check';

/** A cron text, and what it names: made together, so that nothing has to be parsed. */
export interface CronText {
  text: string;
  seconds: number[];
  minutes: number[];
  hours: number[];
  /** Undefined: not restricted. */
  daysOfMonth?: number[];
  months: number[];
  /** Undefined: not restricted. Sunday is 0. */
  daysOfWeek?: number[];
  namesEveryHour: boolean;
}

interface Field {
  text: string;
  values: number[];
}

const range = (from: number, to: number, step = 1): number[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);

/** Any way to write a field, with its values between `low` and `high`; single ones are mostly among `likely`. */
function field(low: number, high: number, likely: number[] = range(low, high)): fc.Arbitrary<Field> {
  const value = fc.oneof(
    { arbitrary: fc.constantFrom(...likely), weight: 3 },
    { arbitrary: fc.integer({ min: low, max: high }), weight: 1 },
  );
  const step = fc.integer({ min: 1, max: high - low + 2 });
  const ends = fc.tuple(value, value).map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]);
  const one = fc.oneof(
    value.map((a) => ({ text: `${a}`, values: [a] })),
    ends.map(([a, b]) => ({ text: `${a}-${b}`, values: range(a, b) })),
    fc.tuple(ends, step).map(([[a, b], by]) => ({ text: `${a}-${b}/${by}`, values: range(a, b, by) })),
    fc.tuple(value, step).map(([a, by]) => ({ text: `${a}/${by}`, values: range(a, high, by) })),
    step.map((by) => ({ text: `*/${by}`, values: range(low, high, by) })),
  );
  const list = fc.array(one, { minLength: 1, maxLength: 3 });
  return list.map((parts) => ({
    text: parts.map(({ text }) => text).join(','),
    values: [...new Set(parts.flatMap(({ values }) => values))].sort((a, b) => a - b),
  }));
}

const every = (low: number, high: number): fc.Arbitrary<Field> => fc.constant({ text: '*', values: range(low, high) });
const mostly = (often: fc.Arbitrary<Field>, else_: fc.Arbitrary<Field>): fc.Arbitrary<Field> =>
  fc.oneof({ arbitrary: often, weight: 3 }, { arbitrary: else_, weight: 1 });

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const daysOfWeek = fc.oneof(
  field(0, 7).map(({ text, values }) => ({ text, values: [...new Set(values.map((day) => day % 7))] })),
  fc.integer({ min: 0, max: 6 }).map((day) => ({ text: DAYS[day]!.toUpperCase(), values: [day] })),
);
const noSeconds: fc.Arbitrary<Field> = fc.constant({ text: '', values: [0] });

/** Random cron texts, most of which name times around midnight or in the night, when clocks are changed. */
export const cronTexts: fc.Arbitrary<CronText> = fc
  .record({
    seconds: mostly(noSeconds, field(0, 59)),
    minutes: fc.oneof(every(0, 59), field(0, 59, [0, 15, 29, 30, 31, 45, 59])),
    hours: fc.oneof(every(0, 23), field(0, 23, [0, 1, 2, 3, 4, 23])),
    daysOfMonth: mostly(every(1, 31), field(1, 31)),
    months: mostly(every(1, 12), field(1, 12)),
    daysOfWeek: mostly(every(0, 6), daysOfWeek),
  })
  .map(({ seconds, minutes, hours, daysOfMonth, months, daysOfWeek: weekdays }) => ({
    text: [seconds, minutes, hours, daysOfMonth, months, weekdays]
      .map(({ text }) => text)
      .join(' ')
      .trim(),
    seconds: seconds.values,
    minutes: minutes.values,
    hours: hours.values,
    daysOfMonth: daysOfMonth.values.length === 31 ? undefined : daysOfMonth.values,
    months: months.values,
    daysOfWeek: weekdays.values.length === 7 ? undefined : weekdays.values,
    namesEveryHour: hours.values.length === 24,
  }));
