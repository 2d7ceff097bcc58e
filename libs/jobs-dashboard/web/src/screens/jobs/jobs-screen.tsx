import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useJobCount, useJobs } from '../../api/queries';
import type { JobPage } from '../../api/types';
import type { Filter } from '../../filter/filter';
import { parseSearch } from '../../filter/parse-search';
import { Loading, View } from '../../parts/view';
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
      <FoundJobs search={q} after={after} />
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
  return <JobsOf search={search} filter={filter} after={after} />;
}

interface JobsOfProps extends FoundProps {
  filter: Filter;
}

function JobsOf({ search, filter, after }: JobsOfProps) {
  const query = useJobs(filter, after);
  const isStale = query.isPlaceholderData;
  const isEmpty = ({ jobs, next }: JobPage) => jobs.length === 0 && next === null && (after === undefined || isStale);
  return (
    <View query={query}>
      {(page) => {
        if (!isEmpty(page)) return <Jobs key={`${search} ${after}`} {...{ page, filter, after, isStale }} />;
        return isStale ? <Loading /> : <NoJobs isFiltered={search !== ''} />;
      }}
    </View>
  );
}

interface JobsProps extends Omit<JobsOfProps, 'search'> {
  page: JobPage;
  /** Whether these are the jobs of the search before. They keep the room, and nothing can be done with them. */
  isStale: boolean;
}

function Jobs({ page, filter, after, isStale }: JobsProps) {
  const count = useJobCount(filter).data;
  const selection = useSelection(filter, page.jobs);
  return (
    <div className="found" inert={isStale}>
      <SelectionBar selection={selection} count={count} statuses={filter.status} />
      <JobTable jobs={page.jobs} selection={selection} />
      <Pager page={page} after={after} />
    </div>
  );
}
