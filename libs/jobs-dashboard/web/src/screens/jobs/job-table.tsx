import { Link } from '@tanstack/react-router';
import type { JobSummary } from '../../api/types';
import { useKeys } from '../../app/keys';
import { focusedRow, ROW } from '../../app/rows';
import { StatusMark } from '../../parts/state-mark';
import { useText } from '../../text/language';
import { ColumnCells, ColumnHeads, NarrowValues, useColumnsClass } from './column-cells';
import type { Selection } from './use-selection';

interface Props {
  jobs: readonly JobSummary[];
  selection: Selection;
}

export function JobTable({ jobs, selection }: Props) {
  const { list } = useText();
  useKeys({
    x: () => {
      const id = focusedRow();
      if (id !== null) selection.toggle(id);
    },
  });
  return (
    <div className="jobs-frame">
      <table className={useColumnsClass()}>
        <caption className="visually-hidden">{list.caption}</caption>
        <Head selection={selection} />
        <tbody>
          {jobs.map((job) => (
            <JobRow key={job.id} job={job} selection={selection} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Head({ selection }: Pick<Props, 'selection'>) {
  const { list } = useText();
  return (
    <thead>
      <tr>
        <th scope="col" className="choose">
          <label>
            <input type="checkbox" checked={selection.isPage} onChange={selection.togglePage} />
            <span className="visually-hidden">{list.selectPage}</span>
          </label>
        </th>
        <th scope="col">
          <span className="state-word">{list.statusColumn}</span>
        </th>
        <th scope="col">{list.type}</th>
        <ColumnHeads />
      </tr>
    </thead>
  );
}

function JobRow({ job, selection }: { job: JobSummary; selection: Selection }) {
  const { list } = useText();
  const isChosen = selection.has(job.id);
  return (
    <tr {...{ [ROW]: job.id }} className={isChosen ? 'chosen' : undefined}>
      <td className="choose">
        <label>
          <input type="checkbox" checked={isChosen} onChange={() => selection.toggle(job.id)} />
          <span className="visually-hidden">{list.select(`${job.type} ${job.id}`)}</span>
        </label>
      </td>
      <td className="status">
        <StatusMark status={job.status} />
      </td>
      <td className="main">
        <Link to="/job/$id" params={{ id: job.id }} data-open="">
          {job.type}
        </Link>
        <JobNotes job={job} />
        <NarrowValues job={job} />
      </td>
      <ColumnCells job={job} />
    </tr>
  );
}

/** Below the type: how far it is, its labels and its error. */
function JobNotes({ job }: { job: JobSummary }) {
  const { job: text } = useText();
  return (
    <>
      {job.status === 'processing' && job.progress !== null && (
        <progress max={100} value={job.progress} aria-label={text.progress} />
      )}
      {job.tags.length > 0 && (
        <span className="tags">
          {job.tags.map((tag) => (
            <span key={tag}>{tag}</span>
          ))}
        </span>
      )}
      {job.error !== null && <span className="error-line">{job.error.split('\n', 1)[0]}</span>}
    </>
  );
}
