import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useJobCount, useJobs } from '../../api/queries';
import type { JobPage } from '../../api/types';
import { parseSearch } from '../../filter/parse-search';
import { View } from '../../parts/view';
import { useText } from '../../text/language';
import { JobTable } from './job-table';
import { ListTools } from './list-tools';
import { NoJobs } from './no-jobs';
import { Pager } from './pager';
import { SearchBox } from './search-box';
import { SelectionBar } from './selection-bar';
import { StatusTabs } from './status-tabs';
import { useSelection } from './use-selection';

/** Jobs that match the search in the address, newest first. */
export function JobsScreen() {
  const text = useText();
  const { q = '', after } = useSearch({ from: '/' });
  const navigate = useNavigate();
  const go = (search: string) => void navigate({ to: '/', search: { q: search } });
  return (
    <>
      <h1 className="visually-hidden">{text.nav.jobs}</h1>
      <SearchBox key={q} search={q} onSearch={go} />
      <div className="list-head">
        <StatusTabs search={q} />
        <ListTools search={q} />
      </div>
      <FoundJobs key={`${q} ${after}`} search={q} after={after} />
    </>
  );
}

interface FoundProps {
  search: string;
  after: string | undefined;
}

function FoundJobs({ search, after }: FoundProps) {
  const { filter, problems } = useMemo(() => parseSearch(search), [search]);
  if (problems.length > 0) return null;
  return <JobsOf filter={filter} after={after} isFiltered={search !== ''} />;
}

interface JobsOfProps {
  filter: ReturnType<typeof parseSearch>['filter'];
  after: string | undefined;
  isFiltered: boolean;
}

function JobsOf({ filter, after, isFiltered }: JobsOfProps) {
  const page = useJobs(filter, after);
  const count = useJobCount(filter).data;
  const selection = useSelection(filter, page.data?.jobs ?? []);
  const isEmpty = ({ jobs, next }: JobPage) => jobs.length === 0 && next === null && after === undefined;
  return (
    <View query={page}>
      {(data) =>
        isEmpty(data) ? (
          <NoJobs isFiltered={isFiltered} />
        ) : (
          <>
            <SelectionBar selection={selection} count={count} />
            <JobTable jobs={data.jobs} selection={selection} />
            <Pager page={data} after={after} />
          </>
        )
      }
    </View>
  );
}
