import { Link } from '@tanstack/react-router';
import { useWorkers } from '../api/queries';
import type { Worker } from '../api/types';
import { ROW } from '../app/rows';
import { tokenText } from '../filter/tokens';
import { Empty } from '../parts/empty';
import { useNumber } from '../parts/numbers';
import { StateMark } from '../parts/state-mark';
import { knownVersion } from '../parts/version';
import { View } from '../parts/view';
import { useText } from '../text/language';
import { Ago, useClock } from '../time/time';
import { WorkerActions } from './worker-actions';

const CODE = `JobsModule.forRoot({ role: 'worker', queues: ['default', 'mail'] })`;

export function WorkersScreen() {
  const { nav, workers: text } = useText();
  return (
    <>
      <h1>{nav.workers}</h1>
      <View query={useWorkers()}>
        {({ workers }) =>
          workers.length === 0 ? (
            <Empty title={text.empty} words={text.emptyText} code={CODE} />
          ) : (
            <WorkerTable workers={workers} />
          )
        }
      </View>
    </>
  );
}

function WorkerTable({ workers }: { workers: readonly Worker[] }) {
  const { workers: text } = useText();
  return (
    <table className="cards">
      <caption className="visually-hidden">{text.caption}</caption>
      <thead>
        <tr>
          <th scope="col">{text.host}</th>
          <th scope="col">{text.state}</th>
          <th scope="col">{text.queues}</th>
          <th scope="col" className="number">
            {text.busy}
          </th>
          <th scope="col" className="number">
            {text.started}
          </th>
          <th scope="col" className="number">
            {text.seen}
          </th>
          <td />
        </tr>
      </thead>
      <tbody>
        {workers.map((worker) => (
          <WorkerRow key={worker.id} worker={worker} />
        ))}
      </tbody>
    </table>
  );
}

function WorkerRow({ worker }: { worker: Worker }) {
  const { workers: text } = useText();
  const { id, host, pid, version, queues, startedAt, lastSeenAt, alive } = worker;
  return (
    <tr {...{ [ROW]: id }}>
      <th scope="row">
        <Link to="/" search={{ q: `status:processing ${tokenText('worker', id)}` }} title={text.running} data-open="">
          {host}
        </Link>
        <span className="quiet note">
          {[text.process(pid), knownVersion(version)].filter((part) => part !== null).join(' · ')}
        </span>
      </th>
      <td>
        <WorkerState worker={worker} />
      </td>
      <td data-label={text.queues}>{queues.join(', ')}</td>
      <td className="number" data-label={text.busy}>
        <BusySlots worker={worker} />
      </td>
      <td className="number" data-label={text.started}>
        <Ago time={startedAt} />
      </td>
      <td className="number" data-label={text.seen}>
        <Ago time={lastSeenAt} />
      </td>
      <td className="row-actions">{alive && <WorkerActions worker={worker} />}</td>
    </tr>
  );
}

/** Jobs that it has claimed ahead wait for a slot, so they stand beside. Those of a dead worker wait for another one. */
function BusySlots({ worker }: { worker: Worker }) {
  const { workers: text, steering, jobs } = useText();
  const number = useNumber();
  const { running, busySlots, claimedAhead, slots, wantedSlots, alive } = worker;
  if (!alive) return running > 0 && <span className="quiet">{text.left(jobs(running))}</span>;
  return (
    <>
      <meter min={0} max={slots} value={busySlots} aria-label={text.busy} /> {busySlots}/{slots}
      {claimedAhead > 0 && (
        <span className="quiet note" title={text.aheadNote}>
          {text.ahead(number(claimedAhead))}
        </span>
      )}
      {wantedSlots !== null && <span className="quiet note">{steering.wanted(wantedSlots)}</span>}
    </>
  );
}

function WorkerState({ worker: { alive, drainingSince } }: { worker: Worker }) {
  const { workers: text, steering } = useText();
  const clock = useClock();
  if (!alive) return <StateMark mark="failed">{text.dead}</StateMark>;
  if (drainingSince === null) return <StateMark mark="completed">{text.alive}</StateMark>;
  return (
    <>
      <StateMark mark="paused">{steering.draining}</StateMark>
      <span className="quiet note">{steering.since(clock(drainingSince))}</span>
    </>
  );
}
