import type { Command } from 'commander';
import type { JobsSystemView, JobTableSize } from '../../control/jobs-system.js';
import type { Run } from '../call.js';
import { age, type Column } from '../text.js';

/** `system`. */
export function addLookCommands(program: Command, run: Run): void {
  program
    .command('system')
    .description('shows the versions, the schema and the sizes of the tables; doctor says what is wrong with them')
    .action((_: object, command: Command) =>
      run(command, async ({ session, out }) => {
        const system = await session.system.system();
        await out.answer(system, () => [...factLines(system), '', ...out.table(TABLE_COLUMNS, system.tables)]);
      }),
    );
}

const TABLE_COLUMNS: Column<JobTableSize>[] = [
  { title: 'TABLE', of: ({ name }) => name },
  { title: 'ROWS', of: ({ rows }) => String(Math.round(rows)) },
  { title: 'DEAD', of: ({ deadRows }) => String(Math.round(deadRows)) },
  { title: 'SIZE', of: ({ tableBytes }) => bytes(tableBytes) },
  { title: 'INDEXES', of: ({ indexBytes }) => bytes(indexBytes) },
];

function factLines({ versions, schema, oldestSnapshot, findings }: JobsSystemView): string[] {
  const pending = schema.pending?.length ? `, ${schema.pending.length} pending` : '';
  const oldest = oldestSnapshot && `${age(oldestSnapshot.seconds * 1_000)} (${oldestSnapshot.detail})`;
  return [
    `PostgreSQL       ${versions.postgres ?? 'unknown'}`,
    `@monstera/jobs   ${versions.library}`,
    `schema           ${schema.latest ?? 'unknown'}${pending}`,
    `oldest snapshot  ${oldest ?? 'none'}`,
    `doctor           ${findings.length === 0 ? 'nothing is wrong' : `${findings.length} findings, see: doctor`}`,
  ];
}

function bytes(count: number): string {
  const mebibytes = count / 1_048_576;
  return mebibytes < 1 ? `${Math.ceil(count / 1_024)} KiB` : `${Math.round(mebibytes)} MiB`;
}
