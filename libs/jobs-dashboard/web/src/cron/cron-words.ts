/** When a cron text fires, for the usual texts. */
export type CronWords =
  | { kind: 'seconds'; every: number }
  | { kind: 'minutes'; every: number }
  | { kind: 'hours'; every: number; minute: number }
  | { kind: 'daily'; times: string[] }
  | { kind: 'weekly'; days: number[]; times: string[] }
  | { kind: 'monthly'; days: number[]; times: string[] }
  | { kind: 'yearly'; months: number[]; days: number[]; times: string[] };

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** More of them would be no help. */
const MOST_TIMES = 4;

/** Null for a text that takes more than a few words: its next times say it better. */
export function cronWords(cron: string): CronWords | null {
  const fields = cron.toLowerCase().trim().split(/\s+/);
  if (fields.length === 5) fields.unshift('0');
  if (fields.length !== 6) return null;
  const [second, minute, hour, day, month, weekday] = fields as [string, string, string, string, string, string];
  const isEveryDay = day === '*' && month === '*' && weekday === '*';
  return isEveryDay ? withinDay(second, minute, hour) : onDays(second, minute, hour, { day, month, weekday });
}

function withinDay(second: string, minute: string, hour: string): CronWords | null {
  const every = stepOf(hour === '*' && minute === '*' ? second : '');
  if (every !== null) return { kind: 'seconds', every };
  if (second !== '0') return null;
  const minutes = stepOf(hour === '*' ? minute : '');
  if (minutes !== null) return { kind: 'minutes', every: minutes };
  const hours = stepOf(hour);
  if (hours !== null && /^\d+$/.test(minute)) return { kind: 'hours', every: hours, minute: Number(minute) };
  const times = timesOf(second, minute, hour);
  return times && { kind: 'daily', times };
}

interface DayFields {
  day: string;
  month: string;
  weekday: string;
}

function onDays(second: string, minute: string, hour: string, { day, month, weekday }: DayFields): CronWords | null {
  const times = timesOf(second, minute, hour);
  if (!times) return null;
  if (day === '*' && month === '*') {
    const days = valuesOf(weekday, DAYS, 0);
    return days && { kind: 'weekly', days: [...new Set(days.map((each) => each % 7))].sort((a, b) => a - b), times };
  }
  const days = weekday === '*' ? valuesOf(day, [], 1) : null;
  if (!days) return null;
  if (month === '*') return { kind: 'monthly', days, times };
  const months = valuesOf(month, MONTHS, 1);
  return months && { kind: 'yearly', months, days, times };
}

function stepOf(field: string): number | null {
  if (field === '*') return 1;
  const [, step] = /^\*\/(\d{1,2})$/.exec(field) ?? [];
  return step === undefined || Number(step) === 0 ? null : Number(step);
}

function timesOf(second: string, minute: string, hour: string): string[] | null {
  if (second !== '0' || !/^\d+$/.test(minute)) return null;
  const hours = valuesOf(hour, [], 0);
  if (!hours || hours.length > MOST_TIMES) return null;
  return hours.map((each) => `${String(each).padStart(2, '0')}:${minute.padStart(2, '0')}`);
}

/** The numbers of a list of values and ranges without steps. Names stand for numbers from `first` on. */
function valuesOf(field: string, names: readonly string[], first: number): number[] | null {
  const values: number[] = [];
  for (const part of field.split(',')) {
    const [from, to = from] = part.split('-').map((end) => {
      const named = names.indexOf(end);
      return named >= 0 ? named + first : /^\d{1,2}$/.test(end) ? Number(end) : Number.NaN;
    });
    if (from === undefined || to === undefined || !(to - from >= 0 && to - from <= 31)) return null;
    for (let value = from; value <= to; value += 1) values.push(value);
  }
  return values;
}
