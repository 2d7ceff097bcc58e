import { isDeepStrictEqual } from 'node:util';
import type { JobStatus } from '@monstera/jobs';
import type pg from 'pg';
import type { Expected } from '../case.js';
import type { Driven } from './drive.js';
import type { Recorder } from './recorder.js';

interface Row {
  id: string;
  type: string;
  status: JobStatus;
  attempts: number;
  run: number;
  progress: number | null;
  has_error: boolean;
  result: unknown;
  effects: number;
  failures: number;
}

const READ = `
  select j.id, j.type, j.status, j.attempts, j.run, j.progress, j.error is not null as has_error, j.result,
    (select count(*)::int from effects e where e.job_id = j.id) as effects,
    (select count(*)::int from job_failures f where f.job_id = j.id) as failures
  from jobs j`;

export interface Facts {
  driven: Driven;
  recorder: Recorder;
  client: pg.Client;
}

/** Compares what is in the database with what was heard, and with what each input was to become. */
export async function judge({ driven, recorder, client }: Facts): Promise<void> {
  const { rows } = await client.query<Row>(READ);
  const byId = new Map(rows.map((row) => [row.id, row]));
  /** After a stall that is no fault of theirs. */
  const neverRan = (row: Row | undefined) => driven.stalled && row?.run === 0;
  const names = new Map(driven.hostile.map(({ n, input, id }) => [id, `${n} ${input.name}`]));
  for (const row of rows) checkEndings(names.get(row.id) ?? `a job of type ${row.type}`, row, recorder);
  for (const id of driven.ordinary) if (!neverRan(byId.get(id))) checkOrdinary(byId.get(id), recorder);
  for (const { id, n, input } of driven.hostile) {
    const row = byId.get(id);
    if (!row) recorder.complain(`${n} ${input.name}: enqueue() answered an id that is not in the table`);
    else if (!neverRan(row))
      for (const fault of faultsOf(row, input.expected)) recorder.complain(`${n} ${input.name}: ${fault}`);
  }
  checkCount(driven, rows, recorder);
}

/** Nothing of a refused call was written. */
function checkCount(driven: Driven, rows: readonly Row[], recorder: Recorder): void {
  const known = new Set([...driven.hostile.map(({ id }) => id), ...driven.ordinary, ...driven.accepted]);
  const unknown = rows.filter(({ id, type }) => !known.has(id) && type !== 'ordinary' && type !== 'blocking');
  if (unknown.length > 0) recorder.complain(`${unknown.length} jobs are there although their enqueue was refused`);
  for (const id of driven.accepted)
    if (!rows.some((row) => row.id === id)) recorder.complain('enqueue() answered an id that is not in the table');
}

/** Each claim of a job ended once, and each failed attempt is on record. */
function checkEndings(name: string, row: Row, recorder: Recorder): void {
  const endings = recorder.endings.get(row.id) ?? [];
  if (row.status === 'processing')
    recorder.complain(`${name}: is still processing, after ${endings.join(', ') || 'nothing'}`);
  else if (endings.length !== row.run)
    recorder.complain(`${name}: ${row.run} runs had ${endings.length} ends (${endings.join(', ')})`);
  const failed = endings.filter((ending) => ending === 'failed' || ending === 'retried').length;
  // A run that was asked to stop may have failed by itself before it heard of it.
  const cancelled = endings.filter((ending) => ending === 'cancelled').length;
  if (row.failures < failed || row.failures > failed + cancelled)
    recorder.complain(`${name}: ${failed} attempts failed, and job_failures has ${row.failures}`);
  if (endings.includes('lost')) recorder.complain(`${name}: a run was lost`);
}

function checkOrdinary(row: Row | undefined, recorder: Recorder): void {
  if (!row) recorder.complain('an ordinary job is gone: enqueue() answered an id that is not in the table');
  else if (row.status !== 'completed' || row.attempts !== 1)
    recorder.complain(`an ordinary job beside the hostile ones is ${row.status} after ${row.attempts} attempts`);
}

function faultsOf(row: Row, expected: Expected): string[] {
  const { status, attempts, effects, error, result, progressIsNot } = expected;
  const faults: string[] = [];
  const must = (ok: boolean, fault: string) => {
    if (!ok) faults.push(fault);
  };
  must(status.includes(row.status), `is ${row.status}, and has to be ${status.join(' or ')}`);
  must(
    attempts === undefined || row.attempts === attempts,
    `used ${row.attempts} attempts, and has to use ${attempts}`,
  );
  const rows = effects === 'with completion' ? effectsOf(row) : effects;
  must(
    rows === undefined || row.effects === rows,
    `its effect is there ${row.effects} times, and has to be ${rows} times`,
  );
  must(error !== true || row.has_error, 'has no error text');
  must(progressIsNot === undefined || row.progress !== progressIsNot, `stored a progress of ${row.progress}`);
  if (result !== undefined && status.includes(row.status))
    must(isResult(row, result), `its result is ${shown(row.result)}`);
  return faults;
}

/** Of a job that is completed without a word, everything; of one that says that something failed, all or nothing. */
function effectsOf({ status, has_error, effects }: Row): number {
  if (status !== 'completed') return 0;
  return has_error ? effects : 1;
}

const isResult = (row: Row, text: string | null) =>
  isDeepStrictEqual(row.result ?? null, text === null ? null : (JSON.parse(text) as unknown));

const shown = (value: unknown) => JSON.stringify(value ?? null).slice(0, 80);
