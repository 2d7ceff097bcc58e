import type { Schedule } from '../../api/types';
import { ROW } from '../../app/rows';
import { useCronWords, useZoneWords } from '../../cron/use-cron-words';
import { StateMark } from '../../parts/state-mark';
import { useText } from '../../text/language';
import { Ago, useClock, useDuration } from '../../time/time';
import { LastTicks } from './last-ticks';
import { ScheduleActions } from './schedule-actions';

export function ScheduleCard({ schedule }: { schedule: Schedule }) {
  const { name, timeZone, declared } = schedule;
  const { schedule: text } = useText();
  return (
    <li {...{ [ROW]: name }} className="panel">
      <header className="card-head">
        <h2>{name}</h2>
        <ScheduleState schedule={schedule} />
        <ScheduleActions schedule={schedule} />
      </header>
      <ScheduleWords schedule={schedule} />
      {declared && <p className="quiet">{text.replaced(declared.cron, declared.timeZone)}</p>}
      <ScheduleFailure schedule={schedule} />
      <div className="columns">
        <NextTimes times={schedule.next} timeZone={timeZone} />
        <LastTicks ticks={schedule.ticks} timeZone={timeZone} />
      </div>
    </li>
  );
}

/** What it does and when, in words where the cron text has any. */
function ScheduleWords({ schedule }: { schedule: Schedule }) {
  const { schedule: text, schedules } = useText();
  const { cron, timeZone, catchUp, job, overlap, timesLeft, jitterMs, endsAt } = schedule;
  const wordsOf = useCronWords();
  const zoneOf = useZoneWords();
  const duration = useDuration();
  const clock = useClock();
  const words = wordsOf(cron);
  const rest = [
    job === null ? text.method : text.enqueues(job),
    `${schedules.catchUp}: ${typeof catchUp === 'object' ? text.lastOf(catchUp.last) : text.catchUps[catchUp]}`,
    job !== null && overlap !== 'allow' && `${text.overlap}: ${text.overlaps[overlap]}`,
    jitterMs > 0 && `± ${duration(jitterMs)}`,
    endsAt !== null && text.until(clock(endsAt)),
    timesLeft !== null && text.left(timesLeft),
  ].filter((part) => part !== false);
  return (
    <>
      <p>
        {words !== null && <strong>{words} </strong>}
        <code>{cron}</code> · {text.zone(timeZone, zoneOf(timeZone))}
      </p>
      <p className="quiet">{rest.join(' · ')}</p>
    </>
  );
}

function ScheduleState({ schedule: { pausedAt, pausedBy, held, endedAt } }: { schedule: Schedule }) {
  const { schedules: text, queues, schedule } = useText();
  if (endedAt !== null) return <StateMark mark="cancelled">{schedule.ended}</StateMark>;
  if (pausedAt === null && !held) return <StateMark mark="warning">{text.nobody}</StateMark>;
  if (pausedAt === null) return <StateMark mark="completed">{text.on}</StateMark>;
  return (
    <StateMark mark="paused">
      {text.paused} {pausedBy !== null && queues.by(pausedBy)}
    </StateMark>
  );
}

function ScheduleFailure({ schedule: { failures, lastError } }: { schedule: Schedule }) {
  const { schedules: text } = useText();
  if (failures === 0 || lastError === null) return null;
  return (
    <p className="error-line">
      {text.failures(failures)}: {lastError}
    </p>
  );
}

/** The times of the schedule's own zone: that is what its cron text means. */
function NextTimes({ times, timeZone }: { times: readonly string[]; timeZone: string }) {
  const { schedules: text, never } = useText();
  const clock = useClock(timeZone);
  return (
    <section>
      <h3>
        {text.next} <span className="quiet">({timeZone})</span>
      </h3>
      {times.length === 0 && <p className="quiet">{never}</p>}
      <ol className="times">
        {times.map((time, i) => (
          <li key={time}>
            <time dateTime={time}>{clock(time)}</time> {i === 0 && <Ago time={time} />}
          </li>
        ))}
      </ol>
    </section>
  );
}
