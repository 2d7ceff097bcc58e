import { JobService } from '@monstera/jobs';
import { reminderKey, weeklyReportReminder } from '@monstera/weekly-reports';
import { DataSource } from 'typeorm';
import { eventually } from '../support/index.js';
import { startSmtpServer, type SmtpTestServer } from '../support/smtp-server.js';
import { startFeatures, type FeaturesHost } from './features-host.js';

const WEEK = '2024-W03';

/** How many reminders have come to the same point. */
interface Tally {
  status: string;
  attempts: number;
  outcome: string | null;
  count: number;
}

/** A mail server, and a worker that has reminders to send. */
export class RemindersLab {
  private worker: FeaturesHost | undefined;

  private constructor(
    private readonly databaseUrl: string,
    public smtp: SmtpTestServer,
  ) {}

  static async open(url: string): Promise<RemindersLab> {
    return new RemindersLab(url, await startSmtpServer());
  }

  async close(): Promise<void> {
    await this.worker?.close();
    await this.smtp.stop();
  }

  async start({ smtpUrl = this.smtp.url, concurrency = 50 } = {}): Promise<void> {
    const jobs = { role: 'all', pollIntervalMs: 200, concurrency } as const;
    this.worker = await startFeatures({ databaseUrl: this.databaseUrl, smtpUrl, jobs });
  }

  query<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
    return this.worker!.get(DataSource).query<Row[]>(text, values);
  }

  /** Users and a reminder for each. */
  async enqueue(count: number): Promise<void> {
    const users = await this.query<{ id: string }>(
      `insert into users (name, email)
       select 'Engineer ' || n, 'engineer.' || n || '@example.com' from generate_series(1, $1::int) as n
       returning id`,
      [count],
    );
    const reminders = users.map(({ id }) => ({
      payload: { user_id: id, week: WEEK },
      uniqueKey: reminderKey(id, WEEK),
    }));
    await this.worker!.get(JobService).enqueueMany(weeklyReportReminder, reminders);
  }

  tally(): Promise<Tally[]> {
    return this.query(
      `select status, attempts, result ->> 'outcome' as outcome, count(*)::int as count
       from jobs group by 1, 2, 3 order by 1, 2, 3`,
    );
  }

  /** Ends the waiting of every job. */
  async makeDue(): Promise<void> {
    await this.query(`update jobs set scheduled_at = now() where status = 'pending' and scheduled_at > now()`);
  }

  async allSent(count: number, attempts: number, timeoutMs = 20_000): Promise<void> {
    const all = [{ status: 'completed', attempts, outcome: 'sent', count }];
    await eventually(async () => expect(await this.tally()).toEqual(all), { timeoutMs });
    const { mails } = this.smtp;
    expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(count);
    expect(mails).toHaveLength(count);
  }

  /** Spares a test the quarter of a minute until the dependency is asked again. */
  async allSentSoon(count: number, attempts: number): Promise<void> {
    const timer = setInterval(() => void this.makeDue(), 500);
    try {
      await this.allSent(count, attempts);
    } finally {
      clearInterval(timer);
    }
  }
}
