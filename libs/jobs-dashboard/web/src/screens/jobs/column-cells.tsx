import { useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { JobSummary } from '../../api/types';
import { useText } from '../../text/language';
import { Ago } from '../../time/time';
import { columnsOf, type Column } from './columns';

const NUMBERS: readonly Column[] = ['priority', 'attempts', 'created', 'due', 'started', 'ended', 'time'];

const classOf = (column: Column) =>
  [column === 'time' ? 'when' : 'wide', ...(NUMBERS.includes(column) ? ['number'] : [])].join(' ');

export function useColumns(): readonly Column[] {
  return columnsOf(useSearch({ from: '/' }).cols);
}

/** Of a table with chosen columns: they get the room that the job's name has otherwise. */
export function useColumnsClass(): string {
  return useSearch({ from: '/' }).cols === undefined ? 'jobs' : 'jobs jobs-chosen';
}

export function ColumnHeads() {
  const { columns } = useText();
  return useColumns().map((column) => (
    <th key={column} scope="col" className={classOf(column)}>
      {columns.names[column]}
    </th>
  ));
}

export function ColumnCells({ job }: { job: JobSummary }) {
  return useColumns().map((column) => (
    <td key={column} className={classOf(column)}>
      <Value job={job} column={column} />
    </td>
  ));
}

/** On a narrow screen: the values for which there is no column. */
export function NarrowValues({ job }: { job: JobSummary }) {
  const { columns: text } = useText();
  const isChosen = useSearch({ from: '/' }).cols !== undefined;
  const columns = useColumns().filter((column) => column !== 'time');
  if (!isChosen || columns.length === 0) return null;
  return (
    <dl className="narrow">
      {columns.map((column) => (
        <div key={column}>
          <dt>{text.names[column]}</dt>
          <dd>
            <Value job={job} column={column} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Value({ job, column }: { job: JobSummary; column: Column }): ReactNode {
  const { none } = useText();
  const time = timeOf(job, column);
  if (time !== undefined) return time === null ? none : <Ago time={time} />;
  if (column === 'id') return <code>{job.id}</code>;
  if (column === 'queue') return job.queue;
  if (column === 'priority') return job.priority;
  if (column === 'attempts') return `${job.attempts}/${job.maxAttempts}`;
  return job.uniqueKey ?? none;
}

/** Undefined if the column has no time. */
function timeOf(job: JobSummary, column: Column): string | null | undefined {
  const times: Partial<Record<Column, string | null>> = {
    created: job.createdAt,
    due: job.scheduledAt,
    started: job.startedAt,
    ended: job.completedAt,
    time: mattering(job),
  };
  return times[column];
}

/** When it ended, when it started, or when it is due. */
function mattering({ status, completedAt, startedAt, scheduledAt, createdAt }: JobSummary): string {
  if (completedAt !== null) return completedAt;
  return status === 'processing' ? (startedAt ?? createdAt) : scheduledAt;
}
