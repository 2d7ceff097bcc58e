import type { Command } from 'commander';
import type { JobOperation } from '../../control/background/operation-view.js';
import { actor } from '../audited.js';
import type { Call, Run } from '../call.js';
import { age, type Column } from '../text.js';
import { wholeNumber } from '../values.js';
import { countsInWords, followOperation, progressOf } from './follow-operation.js';

const DEFAULT_LIMIT = 20;

/** `operations`: what goes on in the background. */
export function addOperationCommands(program: Command, run: Run): void {
  const operations = program
    .command('operations')
    .description('lists, shows and cancels actions on more than 1,000 jobs, which go on in the background');
  operations
    .command('list', { isDefault: true })
    .description('lists those that have not ended, and then the newest')
    .option('--limit <number>', 'how many', wholeNumber(1, 200), DEFAULT_LIMIT)
    .action((options: { limit: number }, command: Command) => run(command, (call) => list(call, options)));
  operations
    .command('show <id>')
    .description('shows how far one is')
    .option('--wait', 'until it has ended')
    .action((id: string, { wait = false }: { wait?: boolean }, command: Command) =>
      run(command, (call) => followOperation(call, id, wait)),
    );
  operations
    .command('cancel <id>')
    .description('ends one; what it has changed stays so')
    .action((id: string, _: object, command: Command) =>
      run(command, async ({ session, out }) => {
        const ended = await session.operations.cancel(id, { actor: actor() });
        await out.answer(ended, () => [`${id}  is cancelled: ${countsInWords(ended, ended.total)}`]);
      }),
    );
}

async function list({ session, out }: Call, { limit }: { limit: number }): Promise<void> {
  const found = await session.operations.list({ limit });
  const lines = () => (found.length === 0 ? ['No operations.'] : out.table(columns(Date.now()), found));
  await out.answer({ operations: found }, lines);
}

function columns(nowMs: number): Column<JobOperation>[] {
  return [
    { title: 'ID', of: ({ id }) => id },
    { title: 'ACTION', of: ({ action }) => action },
    { title: 'STATUS', of: ({ status }) => status },
    { title: 'DONE', of: progressOf },
    { title: 'AGE', of: ({ createdAt }) => age(nowMs - createdAt.getTime()) },
    { title: 'ACTOR', of: ({ actor: by }) => by ?? '', min: 8, optional: true },
    { title: 'ERROR', of: ({ error, refusal }) => error ?? refusal ?? '', min: 20, optional: true },
  ];
}
