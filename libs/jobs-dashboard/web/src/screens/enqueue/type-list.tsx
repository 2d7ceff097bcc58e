import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTypes, type JobType, type TypePage } from '../../api/enqueue';
import { ROW } from '../../app/rows';
import { Empty } from '../../parts/empty';
import { FindBox } from '../../parts/findable';
import { useNumber } from '../../parts/numbers';
import { StateMark } from '../../parts/state-mark';
import { View } from '../../parts/view';
import { useText } from '../../text/language';

const CODE = `JobsModule.forRoot({ definitions: [sendWelcome] })`;

/** The types, with a search: there may be thousands. */
export function TypeList() {
  const { enqueue: text } = useText();
  const [search, setSearch] = useState('');
  return (
    <>
      <h2>{text.choose}</h2>
      <FindBox label={text.search} value={search} onChange={setSearch} />
      <View query={useTypes(search)}>{(page) => <FoundTypes page={page} isSearched={search !== ''} />}</View>
    </>
  );
}

function FoundTypes({ page: { types, total, capped }, isSearched }: { page: TypePage; isSearched: boolean }) {
  const { enqueue: text, find } = useText();
  const number = useNumber();
  if (types.length === 0 && !isSearched) return <Empty title={text.empty} words={text.emptyText} code={CODE} />;
  if (types.length === 0) return <p role="status">{find.none}</p>;
  return (
    <>
      <ul className="types" aria-label={text.caption}>
        {types.map((type) => (
          <TypeRow key={type.type} type={type} />
        ))}
      </ul>
      {capped && <p className="quiet">{find.shown(number(types.length), number(total))}</p>}
    </>
  );
}

function TypeRow({ type: { type, queue, maxAttempts, known, paused } }: { type: JobType }) {
  const { enqueue: text, queues } = useText();
  return (
    <li {...{ [ROW]: type }}>
      <Link to="/enqueue" search={{ type }} data-open="">
        {type}
      </Link>
      <span className="quiet">{text.defaults(queue, maxAttempts)}</span>
      {paused && <StateMark mark="paused">{queues.paused}</StateMark>}
      {!known && <StateMark mark="warning">{text.elsewhere}</StateMark>}
    </li>
  );
}
