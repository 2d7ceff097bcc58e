import { steerSchedule } from '../api/actions';
import { useSchedules } from '../api/queries';
import type { Schedule, Tick } from '../api/types';
import { useAct } from '../app/act';
import { ROW } from '../app/rows';
import { ActionButton } from '../parts/action-button';
import { Empty } from '../parts/empty';
import { StateMark } from '../parts/state-mark';
import { View } from '../parts/view';
import { useText } from '../text/language';
import { Ago, useClock, useDuration } from '../time/time';

const CODE = `@ScheduledJob('0 3 * * *', { name: 'nightly_digest', timeZone: 'Asia/Tokyo' })
enqueueDigest({ manager }: ScheduleContext) {
  return this.jobs.enqueue(digest, {}, { manager });
}`;

export function SchedulesScreen() {
  const { nav, schedules: text } = useText();
  return (
    <>
      <h1>{nav.schedules}</h1>
      <View query={useSchedules()}>
        {({ schedules }) =>
          schedules.length === 0 ? (
            <Empty title={text.empty} words={text.emptyText} code={CODE} />
          ) : (
            <ul className="schedules">
              {schedules.map((schedule) => (
                <ScheduleCard key={schedule.name} schedule={schedule} />
              ))}
            </ul>
          )
        }
      </View>
    </>
  );
}

function ScheduleCard({ schedule }: { schedule: Schedule }) {
  const { schedules: text } = useText();
  const { name, cron, timeZone, catchUp } = schedule;
  return (
    <li {...{ [ROW]: name }} className="panel">
      <header className="card-head">
        <h2>{name}</h2>
        <ScheduleState schedule={schedule} />
        <ScheduleActions schedule={schedule} />
      </header>
      <p className="quiet">
        <code>{cron}</code> · {timeZone} · {text.catchUp}: <code>{catchUp}</code>
      </p>
      <ScheduleFailure schedule={schedule} />
      <div className="columns">
        <NextRuns times={schedule.next} timeZone={timeZone} />
        <LastRuns ticks={schedule.ticks} timeZone={timeZone} />
      </div>
    </li>
  );
}

function ScheduleState({ schedule: { pausedAt, pausedBy, held } }: { schedule: Schedule }) {
  const { schedules: text, queues } = useText();
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

function ScheduleActions({ schedule: { name, pausedAt } }: { schedule: Schedule }) {
  const { actions } = useText();
  const { isBusy, act } = useAct();
  const steer = (verb: 'pause' | 'resume' | 'run') => () =>
    act(async () => {
      await steerSchedule(name, verb);
      return verb === 'run' ? actions.ranNow : actions.steered(name);
    });
  return (
    <div className="row actions">
      <ActionButton busy={isBusy} onAct={steer(pausedAt === null ? 'pause' : 'resume')}>
        {pausedAt === null ? actions.pause : actions.resume} <span className="visually-hidden">{name}</span>
      </ActionButton>
      <ActionButton busy={isBusy} onAct={steer('run')}>
        {actions.runNow} <span className="visually-hidden">{name}</span>
      </ActionButton>
    </div>
  );
}

/** The times of the schedule's own zone: that is what its cron text means. */
function NextRuns({ times, timeZone }: { times: readonly string[]; timeZone: string }) {
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

function LastRuns({ ticks, timeZone }: { ticks: readonly Tick[]; timeZone: string }) {
  const { schedules: text, never } = useText();
  return (
    <section>
      <h3>{text.last}</h3>
      {ticks.length === 0 && <p className="quiet">{never}</p>}
      <ol className="times">
        {ticks.map((tick) => (
          <LastRun key={tick.plannedAt} tick={tick} timeZone={timeZone} />
        ))}
      </ol>
    </section>
  );
}

const PUNCTUAL_MS = 10_000;

function LastRun({ tick: { plannedAt, firedAt }, timeZone }: { tick: Tick; timeZone: string }) {
  const { schedules: text } = useText();
  const clock = useClock(timeZone);
  const duration = useDuration();
  const lateMs = firedAt === null ? 0 : Date.parse(firedAt) - Date.parse(plannedAt);
  return (
    <li>
      <time dateTime={plannedAt}>{clock(plannedAt)}</time>{' '}
      {lateMs > PUNCTUAL_MS && <span className="quiet">{text.late(duration(lateMs))}</span>}
    </li>
  );
}
