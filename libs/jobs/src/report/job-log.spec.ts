import { Logger, type LoggerService } from '@nestjs/common';
import { JobEventBus } from '../state/job-event-bus.js';
import type { JobEvent } from '../job/job-events.js';
import { JOB_OUTCOME_KINDS } from '../job/outcome/job-outcome.js';
import { JobLog } from './job-log.js';

const event: JobEvent = {
  name: 'completed',
  id: '019a0000-0000-7000-8000-000000000001',
  type: 'mail',
  queue: 'default',
  payload: { to: 'ada@example.com' },
  attempt: 2,
  maxAttempts: 5,
  waitMs: 12.4,
  durationMs: 340.6,
};

describe('JobLog', () => {
  let lines: { level: string; message: string; facts: unknown }[];
  let bus: JobEventBus;

  beforeEach(() => {
    lines = [];
    const at = (level: string) => (message: string, facts: unknown) => void lines.push({ level, message, facts });
    const logger = { log: at('log'), error: at('error'), warn: at('warn'), debug: at('debug') } satisfies LoggerService;
    Logger.overrideLogger(logger);
    bus = new JobEventBus();
    new JobLog(bus, { redact: ['pin'] });
  });

  afterEach(() => Logger.overrideLogger(false));

  it('masks what the host calls secret', () => {
    bus.emit({ ...event, name: 'failed', error: 'Error: pin=1234 refused' });
    expect(lines[0]!.message).toContain('Error: pin=*** refused');
  });

  it.each([
    ['completed', {}, 'debug', 'mail completed in 341 ms'],
    ['snoozed', { delayMs: 60_000 }, 'debug', 'mail snoozed for 60.0 s'],
    ['handed_back', { delayMs: 0 }, 'debug', 'mail handed back, its attempt unused'],
    ['cancelled', { error: 'Cancelled while running' }, 'log', 'mail cancelled'],
    [
      'retried',
      { delayMs: 2_050, error: 'Error: 421 busy' },
      'warn',
      'mail failed attempt 2 of 5, next in 2050 ms: Error: 421 busy',
    ],
    ['failed', { error: 'Error: 550' }, 'error', 'mail failed for good at attempt 2 of 5: Error: 550'],
    ['lost', {}, 'warn', 'mail lost attempt 2 of 5 to another worker'],
  ] as const)('logs %s as one line', (name, more, level, message) => {
    bus.emit({ ...event, ...more, name });

    expect(lines).toEqual([
      {
        level,
        message,
        facts: { jobId: event.id, type: 'mail', attempt: 2, maxAttempts: 5, durationMs: 341, waitMs: 12 },
      },
    ]);
  });

  it('has a line for every outcome, and none for a start or a rescued job', () => {
    for (const name of ['started', 'rescued', ...JOB_OUTCOME_KINDS] as const) bus.emit({ ...event, name });

    expect(lines).toHaveLength(JOB_OUTCOME_KINDS.length);
  });

  it('shows no secret and no payload, and cuts a long error', () => {
    const error = `Error: login with password=hunter2 failed ${'x'.repeat(100_000)}`;
    bus.emit({ ...event, name: 'failed', error });

    expect(lines[0]!.message).toContain('password=*** failed xxx');
    expect(lines[0]!.message.length).toBeLessThan(600);
    expect(JSON.stringify(lines)).not.toMatch(/hunter2|ada@example/);
  });
});
