import { startEmbeddedPostgres, type EmbeddedPostgres } from '@monstera/database';
import { withMigrationSource } from '@monstera/monstera';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { WeeklyReportReminderSchedule } from '../../libs/weekly-reports/src/reminder/weekly-report-reminder.schedule.js';
import { eventually } from '../support/index.js';
import { startS3Server, type S3TestServer } from '../support/s3-server.js';
import { startSmtpServer, type SmtpTestServer } from '../support/smtp-server.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { startFeatures, type FeaturesHost } from './features-host.js';

/** A Monday on which reminders go out, and the week that begins then. */
export interface Monday {
  week: string;
  plannedAt: Date;
}

/** A database, a mail server, a storage and a process of the application, each of which can fail by itself. */
export class MonthLab {
  host!: FeaturesHost;

  private constructor(
    private readonly home: string,
    private database: EmbeddedPostgres,
    private readonly proxy: TcpProxy,
    public smtp: SmtpTestServer,
    readonly s3: S3TestServer,
  ) {}

  static async open(): Promise<MonthLab> {
    const home = await mkdtemp(join(tmpdir(), 'monstera-month-'));
    const [smtp, s3, database] = await Promise.all([startSmtpServer(), startS3Server(), startDatabase(home)]);
    await withMigrationSource(database.url, (dataSource) => dataSource.runMigrations());
    const lab = new MonthLab(home, database, await TcpProxy.to(database.url), smtp, s3);
    lab.host = await lab.start();
    return lab;
  }

  async close(): Promise<void> {
    await this.host.close();
    await this.proxy.close();
    await Promise.all([this.database.stop(), this.smtp.stop(), this.s3.stop()]);
    await rm(this.home, { recursive: true, force: true });
  }

  /** The new process takes over before the old one ends. */
  async deploy(): Promise<void> {
    const old = this.host;
    this.host = await this.start();
    await old.close();
  }

  async restartDatabase(): Promise<void> {
    await this.database.stop();
    this.database = await startDatabase(this.home);
    this.proxy.leadTo(this.database.url);
  }

  /** The mail server is away while `work` runs. */
  async withoutMailServer(work: () => Promise<void>): Promise<void> {
    const port = Number(new URL(this.smtp.url).port);
    const before = this.smtp.mails;
    await this.smtp.stop();
    await work();
    this.smtp = await startSmtpServer({ port });
    this.smtp.mails.push(...before);
  }

  /** Past the application and its proxy. */
  async query<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.database.url });
    await client.connect();
    try {
      return (await client.query(sql, parameters)).rows as Row[];
    } finally {
      await client.end();
    }
  }

  /** As if it were that Monday: the reminders make sense for a week from now. */
  async tick({ plannedAt, week }: Monday): Promise<void> {
    await this.host.get(DataSource).transaction(async (manager) => {
      await this.host.get(WeeklyReportReminderSchedule).enqueueReminders({
        name: 'monday',
        plannedAt,
        manager,
        signal: new AbortController().signal,
      });
      await manager.query(
        `update jobs set payload = payload || jsonb_build_object('remind_until', now() + interval '7 days')
         where payload ->> 'week' = $1`,
        [week],
      );
    });
  }

  /** Hours pass: whatever waits is due. */
  async passTime(condition = ''): Promise<void> {
    await this.query(
      `update jobs set scheduled_at = now() where status = 'pending' and scheduled_at > now() ${condition}`,
    );
  }

  /** Twenty times, all that waits is due, and tries in vain. */
  async passAnOutage(): Promise<void> {
    let looks = 0;
    await eventually(
      async () => {
        await this.passTime();
        expect(await this.query(BURNT)).toEqual([]);
        return ++looks > 20;
      },
      { timeoutMs: 30_000, intervalMs: 250 },
    );
  }

  async untilAllEnded(): Promise<void> {
    await eventually(
      async () => {
        await this.passTime();
        expect(await this.query(`select error from jobs where status in ('pending', 'processing')`)).toEqual([]);
      },
      { timeoutMs: 60_000, intervalMs: 250 },
    );
  }

  sentMails({ week }: Monday): number {
    return this.smtp.mails.filter(({ subject }) => subject?.includes(week)).length;
  }

  private start(): Promise<FeaturesHost> {
    const { endpoint, bucket, accessKeyId, secretAccessKey } = this.s3;
    const limits = { idleMs: 500, transferMs: 30_000 };
    return startFeatures({
      databaseUrl: this.proxy.through(this.database.url),
      smtpUrl: this.smtp.url,
      storage: { endpoint, bucket, accessKeyId, secretAccessKey, forcePathStyle: true, limits },
      jobs: { role: 'all', pollIntervalMs: 200, concurrency: 20, shutdownTimeoutMs: 5_000 },
    });
  }
}

const BURNT = `select status from jobs where status = 'failed' or (status = 'pending' and attempts > 1)`;

function startDatabase(home: string): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ dataDir: join(home, 'postgres'), settings: ['fsync=off'] });
}
