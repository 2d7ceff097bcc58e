import { COMMAND } from '../support/command-name.js';
import { JobsError } from '../job/job.errors.js';
import { some } from '../observe/doctor/findings.js';
import { databaseErrorCode } from '../store/connection/database-errors.js';
import { DoctorStore } from '../store/control/doctor.store.js';
import type { Executor } from '../store/statement.js';

const MISSING_TABLE = '42P01';
/** SQLSTATEs of a column, a schema or a function that is missing. */
const OUTDATED = ['42703', '3F000', '42883'];

/** If the tables were not found, an error that says where there are some. Any other error stays as it is. */
export async function explainMissing(error: unknown, executor: Executor, schema: string | undefined): Promise<unknown> {
  const code = databaseErrorCode(error);
  if (code !== MISSING_TABLE && !OUTDATED.includes(code)) return error;
  const found = code === MISSING_TABLE ? await new DoctorStore(executor).schemas().catch(() => []) : [];
  const others = found.filter((name) => name !== schema);
  const hint =
    others.length === 0 ? '' : `There are tables of jobs in ${some(others)}: give one as --schema. Otherwise `;
  return new JobsError({
    code: 'JOBS_SCHEMA_OUTDATED',
    what: `The tables of the jobs are missing or outdated: ${error instanceof Error ? error.message : code}.`,
    fix: `${hint}${hint === '' ? 'Run' : 'run'}: ${COMMAND} migrate`,
    cause: error,
  });
}
