import { useLanguage } from '../text/language';
import { localeFor } from '../time/formats';
import { cronWords } from './cron-words';

/** A Sunday and a January to count from. */
const SUNDAY_MS = Date.UTC(2023, 0, 1);
const DAY_MS = 86_400_000;

/** A cron text in plain words, or null. */
export function useCronWords(): (cron: string) => string | null {
  const { text, language } = useLanguage();
  const locale = localeFor(language);
  const list = (parts: readonly string[]) => new Intl.ListFormat(locale, { type: 'conjunction' }).format(parts);
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' });
  const month = new Intl.DateTimeFormat(locale, { month: 'long', timeZone: 'UTC' });
  const { cron: say } = text;
  return (cron) => {
    const words = cronWords(cron);
    if (!words) return null;
    if (words.kind === 'seconds') return say.seconds(words.every);
    if (words.kind === 'minutes') return say.minutes(words.every);
    if (words.kind === 'hours') return say.hours(words.every, words.minute);
    const times = list(words.times);
    if (words.kind === 'daily') return say.daily(times);
    if (words.kind === 'weekly')
      return say.weekly(list(words.days.map((day) => weekday.format(SUNDAY_MS + day * DAY_MS))), times);
    const days = list(words.days.map(String));
    if (words.kind === 'monthly') return say.monthly(days, times);
    return say.yearly(list(words.months.map((each) => month.format(Date.UTC(2023, each - 1, 1)))), days, times);
  };
}

/** A zone as people call it, with what its clock differs from UTC now. Null where it is not known here, and for UTC itself. */
export function useZoneWords(): (timeZone: string) => string | null {
  const { language } = useLanguage();
  return (timeZone) => {
    if (timeZone === 'UTC') return null;
    try {
      const nameAs = (timeZoneName: 'long' | 'shortOffset') =>
        new Intl.DateTimeFormat(localeFor(language), { timeZone, timeZoneName })
          .formatToParts(new Date())
          .find(({ type }) => type === 'timeZoneName')?.value;
      return [...new Set([nameAs('long'), nameAs('shortOffset')])].filter(Boolean).join(', ');
    } catch {
      return null;
    }
  };
}
