import { JobService } from '@monstera/jobs';
import {
  DEMO_USERS,
  reminderKey,
  seedDemoUsers,
  weeklyReportReminder,
  WeeklyReportsService,
} from '@monstera/weekly-reports';
import { DataSource } from 'typeorm';
import { eventually } from '../support/index.js';
import { startFeatures, type FeaturesHost } from './features-host.js';
import { useDatabase } from '../support/use-database.js';
import { useSmtpServer } from '../support/smtp-server.js';

const WEEK = '2024-W03';

const smtp = useSmtpServer();
const database = useDatabase();
let workers: FeaturesHost[];
let jobs: JobService;

beforeAll(async () => {
  database.closeFirst(() => Promise.all(workers.map((worker) => worker.close())));
  const options = { databaseUrl: database.url, smtpUrl: smtp.url, jobs: { role: 'all' as const, pollIntervalMs: 200 } };
  workers = await Promise.all([startFeatures(options), startFeatures(options)]);
  jobs = workers[0]!.get(JobService);
  await seedDemoUsers(workers[0]!.get(DataSource));
});

beforeEach(() => smtp.reset());

const status = async (id: string) => (await jobs.get(id))?.status;

/** A reminder that is not due for an hour. */
async function planReminder(userId: string): Promise<string> {
  const options = { uniqueKey: reminderKey(userId, WEEK), delayMs: 3_600_000 };
  return (await jobs.enqueue(weeklyReportReminder, { user_id: userId, week: WEEK }, options)).id;
}

describe('two workers with the same mails to send', () => {
  it('send one for two jobs of the same user and week', async () => {
    const payload = { user_id: DEMO_USERS[1]!.id, week: WEEK };
    let release = (): void => undefined;
    smtp.script = { hold: new Promise((resolve) => (release = resolve)) };

    const [first, second] = await jobs.enqueueMany(weeklyReportReminder, [{ payload }, { payload }]);
    await eventually(() => smtp.arrived === 1);
    // The other job has found the row taken and was put off, without losing an attempt.
    await eventually(async () => {
      const views = await Promise.all([jobs.get(first!.id), jobs.get(second!.id)]);
      expect(views.map((view) => view?.status).sort()).toEqual(['pending', 'processing']);
      expect(views.find((view) => view?.status === 'pending')).toMatchObject({ attempts: 0, error: null });
    });
    release();

    const dataSource = workers[0]!.get(DataSource);
    await eventually(() => smtp.mails.length === 1);
    await dataSource.query(`update jobs set scheduled_at = now() where status = 'pending'`);
    await eventually(
      async () => {
        const views = await Promise.all([jobs.get(first!.id), jobs.get(second!.id)]);
        expect(views.map((view) => view?.result)).toEqual(
          expect.arrayContaining([{ outcome: 'sent' }, { outcome: 'already_sent' }]),
        );
      },
      { timeoutMs: 10_000 },
    );
    expect(smtp.arrived).toBe(1);
  });

  it('try again when the server is busy, and give up at once when the mailbox is unknown', async () => {
    smtp.script = { recipient: { code: 450, text: 'Try again later' } };
    const busy = await jobs.enqueue(weeklyReportReminder, { user_id: DEMO_USERS[2]!.id, week: WEEK });
    await eventually(async () => expect(await jobs.get(busy.id)).toMatchObject({ failures: [{ attempt: 1 }] }));
    smtp.script = {};
    await workers[0]!.get(DataSource).query('update jobs set scheduled_at = now() where id = $1', [busy.id]);
    await eventually(async () => expect(await jobs.get(busy.id)).toMatchObject({ status: 'completed', attempts: 2 }));

    smtp.script = { recipient: { code: 550, text: 'No such user' } };
    const unknown = await jobs.enqueue(weeklyReportReminder, { user_id: DEMO_USERS[3]!.id, week: WEEK });
    await eventually(async () => expect(await jobs.get(unknown.id)).toMatchObject({ status: 'failed', attempts: 1 }));
    expect((await jobs.get(unknown.id))?.error).toContain('MAIL_REFUSED');
  });
});

describe('a reminder with an end', () => {
  it.each([
    ['is sent before it', 60_000, '2024-W20', 'sent'],
    ['is overtaken from then on', 0, '2024-W21', 'overtaken'],
  ])('%s', async (_what, leftMs, week, outcome) => {
    const until = new Date(Date.now() + leftMs).toISOString();
    const payload = { user_id: DEMO_USERS[1]!.id, week, remind_until: until };

    const { id } = await jobs.enqueue(weeklyReportReminder, payload);

    await eventually(async () =>
      expect(await jobs.get(id)).toMatchObject({ status: 'completed', result: { outcome } }),
    );
    expect(smtp.arrived).toBe(outcome === 'sent' ? 1 : 0);
  });
});

describe('handing a report in', () => {
  const report = { userId: DEMO_USERS[4]!.id, week: WEEK, hours: 40, summary: 'Done' };

  it('that is rolled back keeps the reminder', async () => {
    const reminder = await planReminder(report.userId);
    const reports = workers[0]!.get(WeeklyReportsService);

    const submitting = workers[0]!.get(DataSource).transaction(async (manager) => {
      await reports.submit(report, { manager });
      expect(await jobs.get(reminder, { manager })).toMatchObject({ status: 'cancelled' });
      throw new Error('roll back');
    });

    await expect(submitting).rejects.toThrow('roll back');
    expect(await status(reminder)).toBe('pending');
    expect(await reports.isHandedIn(report.userId, WEEK)).toBe(false);
  });

  it('cancels the reminder that was planned for later, and a reminder that comes after it sends nothing', async () => {
    const reminder = await planReminder(report.userId);

    await workers[1]!.get(WeeklyReportsService).submit(report);

    expect(await status(reminder)).toBe('cancelled');
    const late = await jobs.enqueue(weeklyReportReminder, { user_id: report.userId, week: WEEK });
    await eventually(async () => expect(await jobs.get(late.id)).toMatchObject({ result: { outcome: 'handed_in' } }));
    expect(smtp.arrived).toBe(0);
  });
});
