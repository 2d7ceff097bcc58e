import { Link } from '@tanstack/react-router';
import type { Tick } from '../../api/types';
import { StateMark } from '../../parts/state-mark';
import { useText } from '../../text/language';
import { useClock, useDuration } from '../../time/time';

const PUNCTUAL_MS = 10_000;
const MARKS = { fired: 'completed', replaced: 'completed', skipped: 'cancelled', failed: 'failed' } as const;

/** What became of the last ticks, in the schedule's own zone. */
export function LastTicks({ ticks, timeZone }: { ticks: readonly Tick[]; timeZone: string }) {
  const { schedules: text, never } = useText();
  return (
    <section>
      <h3>{text.last}</h3>
      {ticks.length === 0 && <p className="quiet">{never}</p>}
      <ol className="times">
        {ticks.map((tick) => (
          <LastTick key={tick.plannedAt} tick={tick} timeZone={timeZone} />
        ))}
      </ol>
    </section>
  );
}

function LastTick({ tick, timeZone }: { tick: Tick; timeZone: string }) {
  const { plannedAt, firedAt, outcome, jobId, error } = tick;
  const { schedules: text, schedule } = useText();
  const clock = useClock(timeZone);
  const duration = useDuration();
  const lateMs = firedAt === null ? 0 : Date.parse(firedAt) - Date.parse(plannedAt);
  return (
    <li>
      <time dateTime={plannedAt}>{clock(plannedAt)}</time>{' '}
      <StateMark mark={MARKS[outcome]}>{schedule.outcome[outcome]}</StateMark>{' '}
      {jobId !== null && (
        <Link to="/job/$id" params={{ id: jobId }}>
          {schedule.itsJob}
        </Link>
      )}{' '}
      {lateMs > PUNCTUAL_MS && <span className="quiet">{text.late(duration(lateMs))}</span>}
      {outcome === 'failed' && error !== null && <span className="quiet note">{error.split('\n', 1)[0]}</span>}
    </li>
  );
}
