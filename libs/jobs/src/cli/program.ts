import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Before, DatabaseOptions, Run } from './call.js';
import { addChangeCommands } from './commands/change.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addEditCommands } from './commands/edit.js';
import { addExportCommand } from './commands/export.js';
import { addFindCommands } from './commands/find.js';
import { addFleetCommands } from './commands/fleet.js';
import { addLookCommands } from './commands/look.js';
import { addMigrateCommands } from './commands/migrate.js';
import { addInitCommand } from './commands/init.js';
import { addOperationCommands } from './commands/operations.js';
import { addStatsCommand } from './commands/stats.js';
import { addTypeCommands } from './commands/types.js';
import { addWorkCommands } from './commands/work.js';
import { addScheduleCommands } from './commands/schedules.js';
import { addWorkerCommands } from './commands/workers.js';
import { EXIT, failureOf } from './failure.js';
import { Output, type Terminal } from './output.js';
import { MAX_SHARDS } from './values.js';

export interface Surroundings {
  terminal: Terminal;
  databaseUrl: string | undefined;
  version: string;
}

interface GlobalOptions extends DatabaseOptions {
  json: boolean;
  yes: boolean;
}

const EXIT_CODES = `
Exit codes: 0 fine, 1 found trouble or was refused, 2 wrong usage, 3 no database.
`;

/** Runs one command. Returns its exit code, and never throws. */
export async function runCli(args: readonly string[], surroundings: Surroundings): Promise<number> {
  let exit: number = EXIT.fine;
  const program = newProgram(surroundings, (code) => (exit = code));
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exit;
  } catch (error) {
    const code = error instanceof CommanderError ? error.code : '';
    if (code === 'commander.helpDisplayed' || code === 'commander.version') return EXIT.fine;
    // A wrong call may not have got so far as to read its options.
    const out = new Output(surroundings.terminal, args.includes('--json'));
    const failure = failureOf(error);
    if (code === 'commander.help') out.note(program.helpInformation());
    else out.fail(failure);
    return failure.exit;
  }
}

function newProgram(surroundings: Surroundings, onExit: (code: number) => void): Command {
  const { terminal, version } = surroundings;
  const program = new Command('monstera-jobs')
    .description('Sees and steers the jobs of @monstera/jobs, and runs them.')
    .version(version)
    .exitOverride()
    // Errors are printed at one place, in one form.
    .configureOutput({ writeOut: (text) => terminal.stdout.write(text), writeErr: () => {} })
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', EXIT_CODES);
  addGlobalOptions(program);
  const before = beforeIn(surroundings);
  const run = runIn(surroundings, before, onExit);
  addMigrateCommands(program, run);
  addFindCommands(program, run);
  addExportCommand(program, run);
  addChangeCommands(program, run, before);
  addEditCommands(program, run, before);
  addOperationCommands(program, run);
  addStatsCommand(program, run);
  addFleetCommands(program, run);
  addTypeCommands(program, run);
  addWorkerCommands(program, run);
  addScheduleCommands(program, run);
  addDoctorCommand(program, run);
  addWorkCommands(program, before, onExit);
  addInitCommand(program, before, onExit);
  addLookCommands(program, run);
  return program;
}

function addGlobalOptions(program: Command): void {
  program
    .option('--database-url <url>', 'where the database is (default: the variable DATABASE_URL)')
    .option('--schema <name>', 'schema of the tables (default: the search path decides)')
    .option('--migrations-table <name>', "TypeORM's table of migrations that have run", 'migrations')
    .addOption(new Option('--shards <number>', 'shards of the table of jobs').argParser(shards).default(1))
    .option('--json', 'answer in JSON', false)
    .option('-y, --yes', 'do not ask before more than one job is changed', false);
}

function shards(text: string): number {
  const count = Number(text);
  if (Number.isInteger(Math.log2(count)) && count >= 1 && count <= MAX_SHARDS) return count;
  throw new InvalidArgumentError(`It must be a power of two up to ${MAX_SHARDS}.`);
}

function beforeIn({ terminal }: Surroundings): Before {
  return (command) => {
    const { json, yes } = command.optsWithGlobals<GlobalOptions>();
    const out = new Output(terminal, json);
    return { out, confirm: (what) => out.confirm(what, yes) };
  };
}

function runIn({ databaseUrl }: Surroundings, before: Before, onExit: (code: number) => void): Run {
  return async (command, work, { patient = false } = {}) => {
    // TypeORM and Nest take most of the time of a start. Help and wrong calls need neither.
    const { openSession } = await import('./session.js');
    const { out, confirm } = before(command);
    const options = { databaseUrl, ...command.optsWithGlobals<GlobalOptions>(), patient };
    const session = await openSession(options, (line) => out.note(line));
    try {
      onExit((await work({ session, out, confirm })) ?? EXIT.fine);
    } catch (error) {
      throw await session.explain(error);
    } finally {
      // What the command has to say matters more than how the connection ends.
      await session.close().catch(() => {});
    }
  };
}
