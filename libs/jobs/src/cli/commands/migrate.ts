import { COMMAND } from '../../support/command-name.js';
import type { Command } from 'commander';
import { EXIT } from '../failure.js';
import type { Call, Run } from '../call.js';

/** `migrate` with `up`, `status`, `sql` and `down`. They know the migrations of this library and no others. */
export function addMigrateCommands(program: Command, run: Run): void {
  const migrate = program.command('migrate').description('makes and changes the tables of the jobs');
  migrate
    .command('up', { isDefault: true })
    .description('runs the pending migrations; several processes may do it at once')
    .action((_: object, command: Command) => run(command, up, { patient: true }));
  migrate
    .command('status')
    .description('lists the pending migrations; exit code 1 if there are any')
    .action((_: object, command: Command) => run(command, status));
  migrate
    .command('sql')
    .description('prints what `up` would do as SQL, and changes nothing')
    .action((_: object, command: Command) => run(command, sql));
  migrate
    .command('down')
    .description('undoes the last migration, with everything in its tables')
    .action((_: object, command: Command) => run(command, down, { patient: true }));
}

async function up({ session, out }: Call): Promise<void> {
  const ran = await session.migrations.run();
  await out.answer({ ran }, () => [
    ...ran.map((name) => `Ran ${name}`),
    ran.length === 0 ? 'The schema was up to date.' : 'The schema is up to date.',
  ]);
}

async function status({ session, out }: Call): Promise<number> {
  const pending = await session.migrations.pending();
  await out.answer({ pending }, () =>
    pending.length === 0
      ? ['The schema is up to date.']
      : [...pending.map((name) => `Pending: ${name}`), `Run: ${COMMAND} migrate`],
  );
  return pending.length === 0 ? EXIT.fine : EXIT.trouble;
}

async function sql({ session, out }: Call): Promise<void> {
  const text = await session.migrations.sql();
  await out.answer({ sql: text }, () => [text === '' ? '-- The schema is up to date.' : text]);
}

async function down({ session, out, confirm }: Call): Promise<void> {
  const name = await session.migrations.last();
  if (name !== null) await confirm(`This undoes ${name}, and deletes everything in the tables that it made.`);
  const reverted = name === null ? null : await session.migrations.revert();
  await out.answer({ reverted }, () => [reverted === null ? 'No migration has run.' : `Undid ${reverted}`]);
}
