import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { steerQueue } from '../api/actions';
import { useQueues } from '../api/queries';
import type { Queue } from '../api/types';
import { ROW } from '../app/rows';
import { tokenText } from '../filter/tokens';
import { Empty } from '../parts/empty';
import { FindBox, Findable } from '../parts/findable';
import { useNumber } from '../parts/numbers';
import { PauseButton, PausedState } from '../parts/pause';
import { PausedTypes } from '../parts/paused-types';
import { StateMark } from '../parts/state-mark';
import { View } from '../parts/view';
import { useText } from '../text/language';
import { useDuration } from '../time/time';

const CODE = `defineJob({ type: 'send_welcome', payload: schema, queue: 'mail' });`;

/** Fewer can be seen at a glance. */
const SEARCHED_FROM = 20;

export function QueuesScreen() {
  const { nav } = useText();
  const [search, setSearch] = useState('');
  const query = useQueues(search);
  const isLong = search !== '' || (query.data?.queues.length ?? 0) > SEARCHED_FROM;
  return (
    <>
      <h1>{nav.queues}</h1>
      {isLong && <FindBox label={nav.queues} value={search} onChange={setSearch} />}
      <View query={query}>{(found) => <FoundQueues key={search} {...found} search={search} />}</View>
      <PausedTypes />
    </>
  );
}

function FoundQueues({ queues, capped, search }: { queues: readonly Queue[]; capped: boolean; search: string }) {
  const { queues: text, find } = useText();
  const number = useNumber();
  if (queues.length === 0 && search === '') return <Empty title={text.empty} words={text.emptyText} code={CODE} />;
  if (queues.length === 0) return <p role="status">{find.none}</p>;
  return (
    <Findable items={queues} {...(capped && { total: number(queues.length, true) })}>
      {(shown) => <QueueTable queues={shown} />}
    </Findable>
  );
}

function QueueTable({ queues }: { queues: readonly Queue[] }) {
  const { queues: text } = useText();
  return (
    <table className="cards">
      <caption className="visually-hidden">{text.caption}</caption>
      <Head />
      <tbody>
        {queues.map((queue) => (
          <QueueRow key={queue.name} queue={queue} />
        ))}
      </tbody>
    </table>
  );
}

function Head() {
  const { queues: text } = useText();
  return (
    <thead>
      <tr>
        <th scope="col">{text.name}</th>
        <th scope="col">{text.state}</th>
        <th scope="col" className="number">
          {text.pending}
        </th>
        <th scope="col" className="number">
          {text.oldest}
        </th>
        <th scope="col" className="number">
          {text.running}
        </th>
        <th scope="col" className="number">
          {text.workers}
        </th>
        <th scope="col" className="number">
          {text.slots}
        </th>
        <td />
      </tr>
    </thead>
  );
}

function QueueRow({ queue }: { queue: Queue }) {
  const { name } = queue;
  return (
    <tr {...{ [ROW]: name }}>
      <th scope="row">
        <Link to="/" search={{ q: tokenText('queue', name) }} data-open="">
          {name}
        </Link>
      </th>
      <td>
        <QueueState queue={queue} />
      </td>
      <QueueFigures queue={queue} />
      <td className="row-actions">
        <PauseButton name={name} isPaused={queue.paused} steer={steerQueue} />
      </td>
    </tr>
  );
}

function QueueFigures({ queue }: { queue: Queue }) {
  const { queues: text, none } = useText();
  const number = useNumber();
  const duration = useDuration();
  const { pending, pendingCapped, oldestDueMs, running, slots, workers } = queue;
  return (
    <>
      <td className="number" data-label={text.pending}>
        {number(pending, pendingCapped)}
      </td>
      <td className="number" data-label={text.oldest}>
        {oldestDueMs === null ? none : duration(oldestDueMs)}
      </td>
      <td className="number" data-label={text.running}>
        {number(running)}
      </td>
      <td className="number" data-label={text.workers}>
        {number(workers)}
      </td>
      <td className="number" data-label={text.slots}>
        {number(slots)}
      </td>
    </>
  );
}

function QueueState({ queue }: { queue: Queue }) {
  const { queues: text } = useText();
  const { paused, pending, workers } = queue;
  if (paused) return <PausedState pause={queue} />;
  if (workers === 0 && pending > 0) return <StateMark mark="warning">{text.nobody}</StateMark>;
  return <StateMark mark="completed">{text.open}</StateMark>;
}
