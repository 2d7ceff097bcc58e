import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useErrors, useJobCount } from '../api/queries';
import type { ErrorGroup } from '../api/types';
import { ROW } from '../app/rows';
import type { Filter } from '../filter/filter';
import { tokenText } from '../filter/tokens';
import { ActionButton } from '../parts/action-button';
import { Empty } from '../parts/empty';
import { Findable } from '../parts/findable';
import { useNumber } from '../parts/numbers';
import { TabLink, Tabs } from '../parts/tabs';
import { View } from '../parts/view';
import { useText } from '../text/language';
import { Ago } from '../time/time';
import { BulkConfirm } from './jobs/bulk-confirm';

const PERIODS = [
  ['1', 'hour'],
  ['24', 'day'],
  ['168', 'week'],
] as const;

export function ErrorsScreen() {
  const { nav, failures: text } = useText();
  const { hours = '24' } = useSearch({ from: '/errors' });
  const known = PERIODS.some(([each]) => each === hours) ? hours : '24';
  return (
    <>
      <h1>{nav.errors}</h1>
      <Tabs label={text.period} chosen={known}>
        {PERIODS.map(([each, name]) => (
          <TabLink key={each} to="/errors" search={{ hours: each }} isChosen={each === known}>
            {text[name]}
          </TabLink>
        ))}
      </Tabs>
      <View query={useErrors(Number(known))}>
        {({ groups, capped }) =>
          groups.length === 0 ? (
            <Empty title={text.empty} words={text.emptyText} />
          ) : (
            <Groups groups={groups} capped={capped} />
          )
        }
      </View>
    </>
  );
}

function Groups({ groups, capped }: { groups: readonly ErrorGroup[]; capped: boolean }) {
  const { failures: text } = useText();
  return (
    <>
      <Findable items={groups}>
        {(shown) => (
          <ul className="groups" aria-label={text.caption}>
            {shown.map((group) => (
              <Group key={group.fingerprint} group={group} />
            ))}
          </ul>
        )}
      </Findable>
      {capped && <p className="quiet">{text.capped}</p>}
    </>
  );
}

function Group({ group }: { group: ErrorGroup }) {
  const { failures: text, jobs } = useText();
  const number = useNumber();
  const { type, message, count, lastAt, sampleJobId, fingerprint } = group;
  return (
    <li {...{ [ROW]: fingerprint }} className="panel">
      <span className="figure" aria-hidden="true">
        {number(count)}
      </span>
      <div>
        <h2>
          <Link to="/job/$id" params={{ id: sampleJobId }} title={text.sample} data-open="">
            {type}
          </Link>
        </h2>
        <p className="error-text">{message}</p>
        <p className="quiet">
          {jobs(count)} · <Ago time={lastAt} />
        </p>
      </div>
      <GroupActions group={group} />
    </li>
  );
}

function GroupActions({ group: { type, search } }: { group: ErrorGroup }) {
  const { failures: text } = useText();
  const error = search === null ? [] : [tokenText('error', search)];
  const words = [tokenText('type', type), 'status:failed', ...error].join(' ');
  return (
    <div className="row actions">
      {search !== null && <RetryGroup filter={{ type: [type], status: ['failed'], error: search }} />}
      <Link className="button" to="/" search={{ q: words }}>
        {text.list}
      </Link>
    </div>
  );
}

/** Retries what the link beside it lists: that may be more than the group, which is of a period. */
function RetryGroup({ filter }: { filter: Filter }) {
  const { failures: text } = useText();
  const [isAsked, setAsked] = useState(false);
  return (
    <>
      <ActionButton kind="main" onAct={() => setAsked(true)}>
        {text.retryAll}
      </ActionButton>
      {isAsked && <ConfirmRetry filter={filter} onClose={() => setAsked(false)} />}
    </>
  );
}

function ConfirmRetry({ filter, onClose }: { filter: Filter; onClose: () => void }) {
  const { jobs } = useText();
  const number = useNumber();
  const count = useJobCount(filter).data;
  const amount = count === undefined ? '…' : count.capped ? number(count.count, true) : jobs(count.count);
  return <BulkConfirm action="retry" amount={amount} chosen={filter} onClose={onClose} />;
}
