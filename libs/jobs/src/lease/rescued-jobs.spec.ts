import { Logger, type LoggerService } from '@nestjs/common';
import { JobEventBus } from '../state/job-event-bus.js';
import type { JobEvent } from '../job/job-events.js';
import { WorkerStatus } from '../state/worker-status.js';
import { JobLog } from '../report/job-log.js';
import type { RescuedRow } from '../store/sql/lease/rescue-jobs.sql.js';
import { RescuedJobs } from './rescued-jobs.js';

function row(n: number, given: Partial<RescuedRow> = {}): RescuedRow {
  const error = 'Worker node-7 (pid 42) died while running this job';
  const counted = { run: 1, attempts: 1, max_attempts: 5 };
  return { id: `id-${n}`, type: 'mail', queue: 'default', status: 'pending', payload: {}, ...counted, error, ...given };
}

describe('RescuedJobs', () => {
  let lines: { level: string; message: string; facts: unknown }[];
  let events: JobEvent[];
  let status: WorkerStatus;
  let rescued: RescuedJobs;

  beforeEach(() => {
    [lines, events, status] = [[], [], new WorkerStatus()];
    const at = (level: string) => (message: string, facts: unknown) => void lines.push({ level, message, facts });
    const logger = { log: at('log'), error: at('error'), warn: at('warn'), debug: at('debug') } satisfies LoggerService;
    Logger.overrideLogger(logger);
    const bus = new JobEventBus();
    bus.subscribe((event) => void events.push(event));
    new JobLog(bus, { redact: [] });
    rescued = new RescuedJobs(bus, status);
  });

  afterEach(() => Logger.overrideLogger(false));

  it('emits an event for each job, and logs ten thousand on one line with types and first ids', () => {
    for (let batch = 0; batch < 10; batch++)
      rescued.add(Array.from({ length: 1_000 }, (_, n) => row(batch * 1_000 + n, n < 100 ? { type: 'report' } : {})));
    rescued.log();
    rescued.log();
    expect(events).toHaveLength(10_000);
    expect(events[0]).toMatchObject({ name: 'rescued', rescued: true });
    expect(status.rescuedJobs).toBe(10_000);
    expect(lines).toEqual([
      {
        level: 'warn',
        message: 'Took back 10000 jobs of workers that died: 10000 run again, 0 failed for good, 0 cancelled',
        facts: {
          jobs: 10_000,
          pending: 10_000,
          failed: 0,
          cancelled: 0,
          types: {
            mail: { jobs: 9_000, firstIds: ['id-100', 'id-101', 'id-102'] },
            report: { jobs: 1_000, firstIds: ['id-0', 'id-1', 'id-2'] },
          },
          typesInAll: 2,
          workers: ['Worker node-7 (pid 42)'],
        },
      },
    ]);
  });

  it('logs an error if a job failed for good, and counts from zero after each line', () => {
    rescued.add([row(1, { status: 'failed', error: `${row(1).error}, its last attempt: 5 of 5 ended with it` })]);
    rescued.log();
    rescued.add([row(2, { status: 'cancelled' })]);
    rescued.log();
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ['error', 'Took back 1 job of workers that died: 0 run again, 1 failed for good, 0 cancelled'],
      ['warn', 'Took back 1 job of workers that died: 0 run again, 0 failed for good, 1 cancelled'],
    ]);
    expect(lines[0]!.facts).toMatchObject({ workers: ['Worker node-7 (pid 42)'] });
  });

  it('names ten types at most, those with the most jobs', () => {
    rescued.add(Array.from({ length: 30 }, (_, n) => row(n, { type: `type-${n % 15}` })));
    rescued.add([row(30, { type: 'type-14' })]);
    rescued.log();
    const { types, typesInAll } = lines[0]!.facts as { types: object; typesInAll: number };
    expect(Object.keys(types)).toHaveLength(10);
    expect(Object.keys(types)[0]).toBe('type-14');
    expect(typesInAll).toBe(15);
  });
});
