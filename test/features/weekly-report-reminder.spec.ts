import { PermanentJobError, SnoozeJobError } from '@monstera/jobs';
import { DEMO_USERS, seedDemoUsers, weeklyReportReminder, WeeklyReportsService } from '@monstera/weekly-reports';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { reminderMessageId } from '../../libs/weekly-reports/src/reminder/reminder-mail.js';
import { WeeklyReportReminderProcessor } from '../../libs/weekly-reports/src/reminder/weekly-report-reminder.processor.js';
import { eventually } from '../support/index.js';
import { type SmtpScript, useSmtpServer } from '../support/smtp-server.js';
import { startFeatures, type FeaturesHost } from './features-host.js';
import { jobRun, type JobRunOptions } from './job-run.js';
import { useDatabase } from '../support/use-database.js';

const WEEK = '2024-W03';
const USER = DEMO_USERS[1]!;
const OTHER_JOB = '11111111-1111-4111-8111-111111111111';

const smtp = useSmtpServer();
const database = useDatabase();
let workers: FeaturesHost[];
let dataSource: DataSource;

beforeAll(async () => {
  database.closeFirst(() => Promise.all(workers.map((worker) => worker.close())));
  const options = { databaseUrl: database.url, smtpUrl: smtp.url };
  workers = [await startFeatures(options), await startFeatures(options)];
  dataSource = workers[0]!.get(DataSource);
  await seedDemoUsers(dataSource);
});

beforeEach(async () => {
  smtp.reset();
  await dataSource.query('delete from weekly_report_reminders');
});

interface RemindOptions extends JobRunOptions {
  worker?: 0 | 1;
  userId?: string;
  week?: string;
}

function remind({ worker = 0, userId = USER.id, week = WEEK, ...options }: RemindOptions = {}) {
  const processor = workers[worker]!.get(WeeklyReportReminderProcessor);
  return processor.process(...jobRun(weeklyReportReminder, { user_id: userId, week }, options));
}

/** Makes the server take mails only when told to. */
function holdMails(script: SmtpScript = {}): () => void {
  let release = (): void => undefined;
  smtp.script = { ...script, hold: new Promise((resolve) => (release = resolve)) };
  return release;
}

async function reservation(): Promise<{ sent: boolean; held: boolean }> {
  const rows = await dataSource.query<{ sent: boolean; held: boolean }[]>(
    'select sent_at is not null as sent, reserved_until > now() as held from weekly_report_reminders',
  );
  return rows[0]!;
}

describe('a weekly report reminder', () => {
  it('is mailed to a user who has not handed in, and recorded', async () => {
    expect(await remind()).toEqual({ outcome: 'sent' });

    expect(smtp.mails).toHaveLength(1);
    expect(smtp.mails[0]).toMatchObject({
      messageId: reminderMessageId(USER.id, WEEK),
      subject: 'Reminder: your weekly report for 2024-W03',
      to: { value: [{ address: USER.email }] },
    });
    expect(smtp.mails[0]?.text).toContain('week 2024-W03 (2024-01-15 to 2024-01-21)');
    expect(await reservation()).toMatchObject({ sent: true });
  });

  it('is not mailed to a user who has handed in', async () => {
    const report = { userId: USER.id, week: '2024-W10', hours: 40, summary: 'Done' };
    await workers[0]!.get(WeeklyReportsService).submit(report);

    expect(await remind({ week: '2024-W10' })).toEqual({ outcome: 'handed_in' });
    expect(smtp.arrived).toBe(0);
  });

  it('is not mailed to an inactive user', async () => {
    await dataSource.query('update users set active = false where id = $1', [DEMO_USERS[4]!.id]);

    expect(await remind({ userId: DEMO_USERS[4]!.id })).toEqual({ outcome: 'inactive_user' });
    expect(smtp.arrived).toBe(0);
  });

  it('fails for good for a user who does not exist', async () => {
    const reminding = remind({ userId: randomUUID() });

    await expect(reminding).rejects.toBeInstanceOf(PermanentJobError);
    await expect(reminding).rejects.toThrow(/^USER_NOT_FOUND: .*payload\.user_id/);
  });
});

describe('one reminder per user and week', () => {
  it('is mailed once, however often and by whichever job it is asked for', async () => {
    const id = randomUUID();
    await remind({ id });

    expect(await remind({ id, attempt: 2 })).toEqual({ outcome: 'already_sent' });
    expect(await remind({ id: OTHER_JOB, worker: 1 })).toEqual({ outcome: 'already_sent' });
    expect(smtp.mails).toHaveLength(1);
  });

  it('is mailed once when one job runs on two workers at the same moment', async () => {
    const release = holdMails();
    const id = randomUUID();
    const refusals: unknown[] = [];
    const runs = ([0, 1, 0, 1, 0, 1] as const).map((worker) =>
      remind({ id, worker }).catch((error: unknown) => void refusals.push(error)),
    );

    await eventually(() => refusals.length === runs.length - 1);
    release();

    expect((await Promise.all(runs)).filter(Boolean)).toEqual([{ outcome: 'sent' }]);
    for (const refusal of refusals) expect(refusal).toBeInstanceOf(SnoozeJobError);
    expect(smtp.arrived).toBe(1);
  });

  it('makes another job wait while the mail is on its way, then finds it sent', async () => {
    const release = holdMails();
    const sending = remind();
    await eventually(() => smtp.arrived === 1);

    const second: unknown = await remind({ id: OTHER_JOB, worker: 1 }).catch((error: unknown) => error);

    expect(second).toBeInstanceOf(SnoozeJobError);
    expect((second as SnoozeJobError).delayMs).toBeGreaterThan(0);
    expect((second as SnoozeJobError).delayMs).toBeLessThanOrEqual(10_000);
    release();
    expect(await sending).toEqual({ outcome: 'sent' });
    expect(await remind({ id: OTHER_JOB, worker: 1 })).toEqual({ outcome: 'already_sent' });
    expect(smtp.mails).toHaveLength(1);
  });

  it('goes out once more, with the same Message-ID, after a crash between the 250 and the record', async () => {
    const id = randomUUID();
    await remind({ id });
    // What such a crash leaves behind: the mail is out, the row is reserved by the attempt that died.
    await dataSource.query('update weekly_report_reminders set sent_at = null');

    expect(await remind({ id, attempt: 2, worker: 1 })).toEqual({ outcome: 'sent' });
    expect(await remind({ id, attempt: 3 })).toEqual({ outcome: 'already_sent' });
    expect(smtp.mails.map(({ messageId }) => messageId)).toEqual([
      reminderMessageId(USER.id, WEEK),
      reminderMessageId(USER.id, WEEK),
    ]);
  });

  it.each([
    ['the connection breaks', 'drop'],
    ['the server answers garbage', 'garbage'],
  ] as const)('is not sent again when %s after its last byte', async (_what, data) => {
    const id = randomUUID();
    smtp.script = { data };
    expect(await remind({ id })).toEqual({ outcome: 'probably_sent' });
    smtp.script = {};

    expect(await remind({ id, attempt: 2 })).toEqual({ outcome: 'probably_sent' });
    expect(await remind({ id: OTHER_JOB, worker: 1 })).toEqual({ outcome: 'probably_sent' });
    expect(smtp.arrived).toBe(1);
    expect(await dataSource.query('select 1 from weekly_report_reminders where doubtful_at is not null')).toHaveLength(
      1,
    );
  });
});

describe('a reservation', () => {
  it('of another job that died is taken over once it has expired, not before', async () => {
    await remind({ id: OTHER_JOB });
    await dataSource.query('update weekly_report_reminders set sent_at = null');
    smtp.reset();

    // A later attempt says nothing about another job's.
    for (const attempt of [1, 2]) await expect(remind({ attempt })).rejects.toBeInstanceOf(SnoozeJobError);
    expect(smtp.arrived).toBe(0);

    await dataSource.query('update weekly_report_reminders set reserved_until = now()');
    expect(await remind()).toEqual({ outcome: 'sent' });
  });

  it('holds for longer than the job may run', async () => {
    const release = holdMails();
    const sending = remind();
    await eventually(() => smtp.arrived === 1);

    const [row] = await dataSource.query<{ seconds: number }[]>(
      'select extract(epoch from reserved_until - reserved_at)::int as seconds from weekly_report_reminders',
    );

    release();
    await sending;
    expect(row?.seconds).toBeGreaterThan(weeklyReportReminder.timeoutMs / 1000);
  });

  it.each([
    ['a busy mailbox', { recipient: { code: 450, text: 'Try again later' } }, false],
    ['an unknown mailbox', { recipient: { code: 550, text: 'No such user' } }, true],
  ])('is given back after %s, so that any job can try again at once', async (_what, script, permanent) => {
    smtp.script = script;
    const failure: unknown = await remind().catch((error: unknown) => error);

    expect(failure instanceof PermanentJobError).toBe(permanent);
    expect(await reservation()).toEqual({ sent: false, held: false });
    smtp.script = {};
    expect(await remind({ id: OTHER_JOB })).toEqual({ outcome: 'sent' });
  });

  it('is not made by a job that is aborted while it waits for a connection', async () => {
    const release = holdMails();
    const others = ['2024-W05', '2024-W06', '2024-W07', '2024-W08', '2024-W09'].map((week) => remind({ week }));
    await eventually(() => smtp.arrived === others.length);
    const abort = new AbortController();
    const waiting = remind({ signal: abort.signal }).catch((error: unknown) => error);

    abort.abort(new Error('shutting down'));

    expect(await waiting).toMatchObject({ message: 'shutting down' });
    release();
    await Promise.all(others);
    expect(await dataSource.query('select 1 from weekly_report_reminders where week = $1', [WEEK])).toEqual([]);
  });

  it('that a later attempt has taken over is not given back by the one before it', async () => {
    const id = randomUUID();
    const putOff = holdMails({ data: { code: 451, text: 'Later' } });
    const first = remind({ id }).catch((error: unknown) => error);
    await eventually(() => smtp.arrived === 1);
    const take = holdMails();
    const second = remind({ id, attempt: 2, worker: 1 });
    await eventually(() => smtp.arrived === 2);

    putOff();

    expect(await first).toMatchObject({ responseCode: 451 });
    await expect(remind({ id: OTHER_JOB })).rejects.toBeInstanceOf(SnoozeJobError);
    take();
    expect(await second).toEqual({ outcome: 'sent' });
  });
});
