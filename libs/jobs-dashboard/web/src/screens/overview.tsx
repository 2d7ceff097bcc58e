import { Link, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, type ReactNode } from 'react';
import { useOverview } from '../api/queries';
import type { Overview } from '../api/types';
import { useNumber } from '../parts/numbers';
import { PeriodTabs, periodOf } from '../parts/period-tabs';
import { StateShape, type Mark } from '../parts/state-mark';
import { knownVersion } from '../parts/version';
import { Loading, View } from '../parts/view';
import { useText } from '../text/language';
import { useDuration } from '../time/time';

const RunCharts = lazy(() => import('./performance/run-charts'));

const MARKS: Record<Overview['status'], Mark> = { up: 'completed', degraded: 'warning', down: 'failed' };

export function OverviewScreen() {
  const { nav } = useText();
  const query = useOverview();
  return (
    <>
      <h1>{nav.overview}</h1>
      <View query={query}>{(overview) => <Verdict overview={overview} />}</View>
      {/* Earlier, the verdict would push the charts down when it appears. */}
      {!query.isPending && <History />}
    </>
  );
}

function History() {
  const { charts } = useText();
  const period = periodOf(useSearch({ from: '/overview' }).hours);
  return (
    <section className="performance">
      <div className="card-head">
        <h2>{charts.title}</h2>
        <PeriodTabs to="/overview" chosen={period} />
        <p className="row actions">
          <Link className="button" to="/performance" search={{ hours: period === '1' ? undefined : period }}>
            {charts.byType}
          </Link>
        </p>
      </div>
      <Suspense fallback={<Loading />}>
        <RunCharts hours={Number(period)} />
      </Suspense>
    </section>
  );
}

function Verdict({ overview }: { overview: Overview }) {
  const { overview: text } = useText();
  const { status, reasons } = overview;
  const version = knownVersion(overview.version);
  return (
    <>
      <section className={`verdict verdict-${status}`}>
        <StateShape mark={MARKS[status]} />
        <div>
          <h2>{text[status]}</h2>
          {status === 'up' && <p>{text.upText}</p>}
          {version !== null && (
            <p className="quiet">
              {text.version} {version}
            </p>
          )}
        </div>
      </section>
      {reasons.length > 0 && <Reasons reasons={reasons} />}
      <Counts overview={overview} />
    </>
  );
}

function Reasons({ reasons }: Pick<Overview, 'reasons'>) {
  const { overview: text } = useText();
  return (
    <section>
      <h2>{text.attention}</h2>
      <ul className="reasons">
        {reasons.map(({ code, message }) => (
          <li key={code + message}>
            <StateShape mark="warning" />
            <span>
              {message} <code className="quiet">{code}</code>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Each number leads to what it counts. */
function Counts({ overview }: { overview: Overview }) {
  const { overview: text } = useText();
  const number = useNumber();
  const duration = useDuration();
  const { pending, pendingCapped, running, failedLastDay, failedCapped, oldestDueMs, queues, workers } = overview;
  const oldest = oldestDueMs === null ? text.noneDue : duration(oldestDueMs);
  return (
    <ul className="counts">
      <Figure name={text.pending} value={number(pending, pendingCapped)}>
        <Link to="/" search={{ q: 'status:pending' }} aria-label={text.pending} />
      </Figure>
      <Figure name={text.oldest} value={oldest}>
        <Link to="/queues" aria-label={text.oldest} />
      </Figure>
      <Figure name={text.running} value={number(running)}>
        <Link to="/" search={{ q: 'status:processing' }} aria-label={text.running} />
      </Figure>
      <Figure name={text.failed} value={number(failedLastDay, failedCapped)}>
        <Link to="/errors" aria-label={text.failed} />
      </Figure>
      <Figure name={text.queues} value={number(queues)}>
        <Link to="/queues" aria-label={text.queues} />
      </Figure>
      <Figure name={text.workers} value={number(workers)}>
        <Link to="/workers" aria-label={text.workers} />
      </Figure>
    </ul>
  );
}

function Figure({ name, value, children }: { name: string; value: string; children: ReactNode }) {
  return (
    <li>
      <span className="figure">{value}</span>
      <span className="quiet">{name}</span>
      {children}
    </li>
  );
}
