import { Link, useSearch } from '@tanstack/react-router';
import { steerType } from '../../api/actions';
import { usePausedTypes } from '../../api/enqueue';
import { useTypeFigures } from '../../api/queries';
import type { TypesAnswer } from '../../api/statistics-types';
import { tokenText } from '../../filter/tokens';
import { Empty } from '../../parts/empty';
import { PauseButton, PausedState } from '../../parts/pause';
import { PausedTypes } from '../../parts/paused-types';
import { PeriodTabs, periodOf } from '../../parts/period-tabs';
import { View } from '../../parts/view';
import { useText } from '../../text/language';
import RunCharts from './run-charts';
import { TypeTable, type PerformanceSearch } from './type-table';

/** How each type does: how much of it runs, how much fails, how long it waits and takes. */
export default function PerformanceScreen() {
  const { nav, performance: text } = useText();
  const search = useSearch({ from: '/performance' });
  const { type } = search;
  const period = periodOf(search.hours);
  return (
    <>
      <h1>{nav.performance}</h1>
      <PeriodTabs to="/performance" chosen={period} rest={search} />
      <section className="performance">
        <TypeHeading search={search} />
        <RunCharts hours={Number(period)} type={type} withRunTimes />
      </section>
      <section className="performance">
        <h2>{text.byType}</h2>
        <View query={useTypeFigures(Number(period))}>{(answer) => <Types answer={answer} search={search} />}</View>
      </section>
      <PausedTypes />
    </>
  );
}

function TypeHeading({ search }: { search: PerformanceSearch }) {
  const { performance: text } = useText();
  const { type } = search;
  const pause = usePausedTypes().find((each) => each.type === type);
  if (type === undefined) return <h2>{text.all}</h2>;
  return (
    <div className="card-head">
      <h2>{type}</h2>
      {pause && (
        <div>
          <PausedState pause={pause} />
        </div>
      )}
      <p className="row actions">
        <PauseButton name={type} isPaused={pause !== undefined} steer={steerType} />
        <Link className="button" to="/" search={{ q: tokenText('type', type) }}>
          {text.jobs}
        </Link>
        <Link className="button" to="/performance" search={{ ...search, type: undefined }}>
          {text.all}
        </Link>
      </p>
    </div>
  );
}

function Types({ answer: { types, capped }, search }: { answer: TypesAnswer; search: PerformanceSearch }) {
  const { performance: text } = useText();
  if (types.length === 0) return <Empty title={text.empty} words={text.emptyText} />;
  return (
    <>
      <TypeTable types={types} search={search} />
      <p className="quiet">{text.exactness}</p>
      {capped && <p className="quiet">{text.capped(types.length)}</p>}
    </>
  );
}
