import type { Command } from 'commander';
import type { RescheduleTo } from '../../job/new-time.js';
import type { JobUpdate } from '../../enqueue/existing/pending-jobs.js';
import { actor } from '../audited.js';
import type { Before, Run } from '../call.js';
import { UsageError } from '../failure.js';
import { json, shift, timeToCome, wholeNumber } from '../values.js';
import { act, actCommand, requireId, type ActOptions, type JobAction } from './act.js';

interface UpdateOptions {
  payload?: { value: unknown };
  priority?: number;
  at?: Date;
}

interface RescheduleOptions extends ActOptions {
  to?: Date;
  by?: number;
}

/** `update` and `reschedule`, for jobs that are pending. */
export function addEditCommands(program: Command, run: Run, before: Before): void {
  program
    .command('update <id>')
    .description('changes a pending job')
    .option('--payload <json>', 'the new payload', (text) => ({ value: json(text) }))
    .option('--priority <number>', 'from 0, which starts first, to 9', wholeNumber(0, 9))
    .option('--at <time>', 'when it falls due, such as 2026-05-01T10:00Z, or in a span such as 2h', timeToCome)
    .action(async (id: string, options: UpdateOptions, command: Command) => {
      requireId(id);
      const changes = changesOf(options);
      await run(command, async ({ session, out }) => {
        const updated = await session.jobs.update(id, changes, { actor: actor() });
        await out.answer(updated, () => [`${id}  is changed, due ${updated.scheduledAt.toISOString()}`]);
      });
    });
  actCommand(program, 'reschedule', 'sets when pending jobs fall due')
    .option('--to <time>', 'a time such as 2026-05-01T10:00Z, or in a span such as 2h', timeToCome)
    .option('--by <span>', 'later than planned, such as 2h, or earlier, such as -2h', shift)
    .action(async (ids: string[], options: RescheduleOptions, command: Command) => {
      const to = newTimeOf(options);
      const action: JobAction = {
        name: 'reschedule',
        action: 'reschedule',
        one: (session, id, manager) => session.jobs.reschedule(id, to, { manager }),
        many: (jobs, given) => jobs.reschedule(to, given),
      };
      await act({ run, before }, action, { ids, options, command });
    });
}

function changesOf({ payload, priority, at }: UpdateOptions): JobUpdate {
  const changes: JobUpdate = {
    ...(payload && { payload: payload.value }),
    ...(priority !== undefined && { priority }),
    ...(at && { scheduledAt: at }),
  };
  if (Object.keys(changes).length > 0) return changes;
  throw usage('There is nothing to change.', 'Give --payload, --priority or --at.');
}

function newTimeOf({ to, by }: RescheduleOptions): RescheduleTo {
  if ((to === undefined) === (by === undefined))
    throw usage('It is not said when the jobs shall fall due.', 'Give either --to or --by.');
  return to ?? { byMs: by! };
}

function usage(what: string, fix: string): UsageError {
  return new UsageError({ code: 'JOBS_USAGE', what, fix });
}
