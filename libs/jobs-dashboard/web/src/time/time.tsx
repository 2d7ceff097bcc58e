import { dateFormat } from './formats';
import { useLanguage } from '../text/language';
import type { Text } from '../text/en';
import { useNow } from './use-now';

const STEPS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** A duration with its two largest units: `2 h 5 min`. Below ten seconds it has a tenth. */
export function durationText(text: Text, ms: number): string {
  const { units } = text;
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ${units.ms}`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} ${units.s}`;
  const first = STEPS.findIndex(([, size]) => ms >= size);
  const [unit, size] = STEPS[first]!;
  const next = STEPS[first + 1];
  const rest = next ? Math.floor((ms % size) / next[1]) : 0;
  return `${Math.floor(ms / size)} ${units[unit]}${next && rest > 0 ? ` ${rest} ${units[next[0]]}` : ''}`;
}

export function useDuration(): (ms: number) => string {
  const { text } = useLanguage();
  return (ms) => durationText(text, ms);
}

/** A time as the reader's calendar and clock have it, or those of another zone. */
export function useClock(timeZone?: string): (time: string) => string {
  const { language } = useLanguage();
  const format = dateFormat(language, timeZone);
  return (time) => (Number.isNaN(Date.parse(time)) ? time : format.format(new Date(time)));
}

/** How long ago a time is, or how far ahead. The exact time is its title. */
export function Ago({ time }: { time: string }) {
  const { text } = useLanguage();
  const duration = useDuration();
  const clock = useClock();
  const passed = useNow() - Date.parse(time);
  if (Number.isNaN(passed)) return time;
  const words = duration(Math.max(1_000, Math.floor(Math.abs(passed) / 1_000) * 1_000)).replace('.0', '');
  return (
    <time dateTime={time} title={clock(time)}>
      {passed >= 0 ? text.ago(words) : text.ahead(words)}
    </time>
  );
}

export function Clock({ time }: { time: string }) {
  const clock = useClock();
  return <time dateTime={time}>{clock(time)}</time>;
}
