import { StartupError } from '@monstera/database';
import { runMigrations } from '@monstera/jobs';
import { isoWeekOf } from '@monstera/weekly-reports';
import { withMigrationSource } from '../boot/migration-source.js';
import { openDatabase } from '../boot/open-database.js';
import type { OnStop } from '../boot/run-until-signal.js';
import type { Environment } from '../environment/environment.js';
import { copy, verify } from './copy.js';
import { describeFindings, describeSource, type Findings } from './report.js';
import { inStep, TakeOverSession } from './session.js';
import type { SourceTable } from './source-table.js';
import { READ_NOTES, READ_REASONS, READ_STATUSES, READ_WAITING } from './sql/findings.js';
import { createState, insertMove, insertState, setCopiedTo } from './sql/state.js';
import { COUNT_WORKERS } from './sql/survey.js';
import { analyzeRows, createRows, fillRows } from './sql/take-over-rows.js';
import { readState, requireSameOptions, type TakeOverState } from './state.js';
import { readSource, survey, type Survey } from './survey.js';
import { readOptions, type TakeOverOptions } from './take-over.options.js';
import { undo } from './undo.js';

export interface TakeOverRun {
  environment: Environment;
  /** Arguments of the command line, such as `--dry-run`. */
  args: string[];
  onStop: OnStop;
  say: (line: string) => void;
}

/** One for the session, two for the migrations, and one in reserve. */
const CONNECTIONS = 4;

/**
 * Takes over the jobs of the Go service, inspects them (`--dry-run`), or undoes a take-over (`--undo`).
 *
 * @throws StartupError with a code that begins with `TAKE_OVER_`.
 */
export async function takeOver({ environment, args, onStop, say }: TakeOverRun): Promise<void> {
  const options = readOptions(args);
  const database = await openDatabase(environment, say);
  onStop(() => database.stop());
  const url = environment.database.directUrl ?? database.url;
  await withMigrationSource(
    url,
    async (dataSource) => {
      const session = await TakeOverSession.open(dataSource, options);
      try {
        await new TakeOver(session, options, environment, say).run();
      } finally {
        await session.close();
      }
    },
    { poolSize: CONNECTIONS },
  );
}

class TakeOver {
  constructor(
    private readonly session: TakeOverSession,
    private readonly options: TakeOverOptions,
    private readonly environment: Environment,
    private readonly say: (line: string) => void,
  ) {}

  async run(): Promise<void> {
    const { session, options, say } = this;
    if (options.undo) {
      await undo(session, options);
      return say('Taken back: the tables of the Go service are where they were.');
    }
    const state = await readState(session, options);
    if (state) requireSameOptions(state, options, this.environment.jobs.shards);
    if (options.dryRun) return state ? this.describeState(state) : void (await this.inspect());
    if (state?.verifiedAt) return say(`Already taken over and verified at ${state.verifiedAt.toISOString()}.`);
    await this.goOn(state ?? (await this.begin()));
  }

  private describeState({ copiedTo, verifiedAt }: TakeOverState): void {
    const so = verifiedAt ? `verified at ${verifiedAt.toISOString()}` : `${copiedTo ?? 0} rows looked at so far`;
    this.say(`A take-over has begun here: ${so}. Without --dry-run it goes on, --undo takes it back.`);
  }

  /** Decides about every row in temporary tables and reports the result. */
  private async inspect(): Promise<{ found: Survey; pastReminders: number }> {
    const { session, options } = this;
    return await inStep('inspecting the database', async () => {
      const found = await survey(session, options);
      describeSource(found.source, found.moves, options).forEach(this.say);
      return await session.inTransaction(
        async () => {
          await session.run(createRows('pg_temp'));
          const findings = await this.decide('pg_temp', found.source, this.currentWeek());
          describeFindings(findings).forEach(this.say);
          const past = findings.notes.find(({ note }) => note === 'past_reminder');
          return { found, pastReminders: past?.rows ?? 0 };
        },
        { keep: false },
      );
    });
  }

  private async decide(prefix: string, source: SourceTable, week: string): Promise<Findings> {
    const { session, options } = this;
    const cancel = options.pastReminders === 'cancel';
    await session.run(fillRows(prefix, source), [JSON.stringify(options.statuses), week, cancel]);
    return {
      statuses: await session.read(READ_STATUSES(prefix)),
      notes: await session.read(READ_NOTES(prefix)),
      reasons: await session.read(READ_REASONS(prefix)),
      waiting: await session.read(READ_WAITING(prefix)),
    };
  }

  /** Moves conflicting objects away and records how to move them back, in one transaction. */
  private async begin(): Promise<TakeOverState> {
    const { session, options } = this;
    const { found, pastReminders } = await this.inspect();
    if (pastReminders > 0 && !options.pastReminders) throw undecided(pastReminders);
    await inStep(`setting aside what is in the way into the schema ${options.schema}`, () =>
      session.inTransaction(async () => {
        for (const statement of createState(options.schema)) await session.run(statement);
        for (const [n, move] of found.moves.entries()) {
          await session.run(move.do);
          await session.run(insertMove(options.schema), [n, move.what, move.undo]);
        }
        await session.run(insertState(options.schema), this.stateOf(found));
      }),
    );
    return (await readState(session, options))!;
  }

  private stateOf({ sourceAfter, migrations, makes, makesMigrationsTable }: Survey): unknown[] {
    const { zone, statuses, pastReminders, table } = this.options;
    const { shards } = this.environment.jobs;
    const deciding = { zone, statuses, pastReminders, table, shards, week: this.currentWeek() };
    return [JSON.stringify(deciding), sourceAfter, migrations, makes, makesMigrationsTable];
  }

  private async goOn(state: TakeOverState): Promise<void> {
    const { session, environment, say } = this;
    const options = { ...this.options, ...state.options };
    const ran = await inStep('running the migrations', () => runMigrations(session.dataSource));
    for (const name of ran) say(`Ran ${name}`);
    const [{ workers }] = await session.read<[{ workers: number }]>(COUNT_WORKERS);
    if (workers > 0) throw workersRunning(workers);
    const source = await readSource(session, state.source);
    const plan = { source, options, shards: environment.jobs.shards, say };
    if (state.copiedTo === null) await this.decideForGood(source, state);
    await copy(session, { ...plan, from: state.copiedTo ?? 0 });
    await verify(session, plan);
  }

  private async decideForGood(source: SourceTable, { options }: TakeOverState): Promise<void> {
    const {
      session,
      options: { schema },
    } = this;
    const cancel = options.pastReminders === 'cancel';
    await inStep(`deciding about the rows of ${source.name}`, () =>
      session.inTransaction(async () => {
        await session.run(createRows(schema));
        await session.run(fillRows(schema, source), [JSON.stringify(options.statuses), options.week, cancel]);
        await session.run(analyzeRows(schema));
        await session.run(setCopiedTo(schema), [0]);
      }),
    );
  }

  private currentWeek(): string {
    return isoWeekOf(new Date(), this.environment.jobs.timeZone);
  }
}

function undecided(count: number): StartupError {
  return new StartupError({
    code: 'TAKE_OVER_PAST_REMINDERS',
    what: `${count} pending reminders are about past weeks. They would be mailed now.`,
    fix: 'Run it with --cancel-past-reminders, or with --keep-past-reminders to mail them. Nothing has been changed.',
  });
}

function workersRunning(count: number): StartupError {
  return new StartupError({
    code: 'TAKE_OVER_WORKERS_RUNNING',
    what: `${count} workers of the new version are running on this database.`,
    fix: 'Stop them until the counts have been compared, wait a minute if they were killed, and run the same command again.',
  });
}
