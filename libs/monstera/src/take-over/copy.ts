import { StartupError } from '@monstera/database';
import { dataCleanup } from '@monstera/audit-logs';
import { monthlyReportGenerator } from '@monstera/monthly-reports';
import { weeklyReportReminder } from '@monstera/weekly-reports';
import { agrees, type Agreement } from './report.js';
import { inStep, type TakeOverSession } from './session.js';
import type { SourceTable } from './source-table.js';
import { countRows, READ_AGREEMENT } from './sql/findings.js';
import { setCopiedTo, setVerified } from './sql/state.js';
import { copyRows, quarantineRows } from './sql/take-over-rows.js';
import type { TakeOverOptions } from './take-over.options.js';

/** Queue, priority and attempts for jobs of the Go service that have none. */
const DEFAULTS = [weeklyReportReminder, monthlyReportGenerator, dataCleanup].map(
  ({ type, queue, priority, maxAttempts }) => ({ type, queue, priority, maxAttempts }),
);

export interface CopyPlan {
  source: SourceTable;
  options: TakeOverOptions;
  shards: number;
  /** Number of rows that are already copied. */
  from: number;
  say: (line: string) => void;
}

/** Each batch is a transaction that includes its progress. If a run is killed, the next one continues after its last batch. */
export async function copy(session: TakeOverSession, { source, options, shards, from, say }: CopyPlan): Promise<void> {
  const { schema, batch, statuses } = options;
  const [{ rows: total }] = await session.read<[{ rows: number }]>(countRows(`${schema}.take_over_rows`));
  for (let start = from; start < total; start += batch) {
    const end = Math.min(start + batch, total);
    await inStep(`copying rows ${start + 1} to ${end} of ${source.name}`, () =>
      session.inTransaction(async () => {
        const range = [start, end];
        const parameters = [JSON.stringify(statuses), ...range, shards, JSON.stringify(DEFAULTS)];
        await session.run(copyRows(schema, source), parameters);
        await session.run(quarantineRows(schema, source), range);
        await session.run(setCopiedTo(schema), [end]);
      }),
    );
    say(`Copied ${end} of ${total} rows`);
  }
}

/** @throws StartupError `TAKE_OVER_COUNTS_DISAGREE` with the counts, if the source and the copy differ. */
export async function verify(
  session: TakeOverSession,
  { source, options, shards, say }: Omit<CopyPlan, 'from'>,
): Promise<void> {
  const [counts] = await inStep('counting what was copied', () =>
    session.read<[Agreement]>(READ_AGREEMENT(options.schema, source.name), [shards]),
  );
  if (!agrees(counts)) throw disagreement(source, counts);
  await session.run(setVerified(options.schema));
  say(
    `Counts agree: ${counts.source} rows, ${counts.taken} taken over with their status, ${counts.quarantined} in quarantine`,
  );
}

function disagreement(source: SourceTable, counts: Agreement): StartupError {
  const { source: rows, decided, toTake, taken, sameStatus, toQuarantine, quarantined } = counts;
  return new StartupError({
    code: 'TAKE_OVER_COUNTS_DISAGREE',
    what:
      `${source.name} has ${rows} rows and ${decided} were looked at; of ${toTake} jobs ${taken} are there, ` +
      `${sameStatus} with their status; of ${toQuarantine} rows for the quarantine ${quarantined} are in it.`,
    fix: 'Stop everything that uses the old or the new tables, then: npm run take-over -- --undo, and take over again.',
  });
}
