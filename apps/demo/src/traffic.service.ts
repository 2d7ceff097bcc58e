import { JobService, ScheduledJob, type ScheduledTick } from '@monstera/jobs';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { chargeCard, closeDay, importRows, reindexCustomer, renderVideo, sendMail, syncCrm } from './jobs.js';

const EVERY_MS = 500;
/** A user whose mails fail for good. */
const NO_MAILBOX = 97;
const TENANTS = ['acme', 'globex', 'initech', 'umbrella', 'wonka'];
const TEMPLATES = ['welcome', 'invoice', 'reminder', 'digest'];

const upTo = (limit: number): number => 1 + Math.floor(Math.random() * limit);
const oneOf = (values: readonly string[]): string => values[upTo(values.length) - 1]!;

/** The application's users, as it were: they add jobs of every kind, twice a second. */
@Injectable()
export class TrafficService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Traffic');
  private timer: NodeJS.Timeout | undefined;
  private adding: Promise<unknown> = Promise.resolve();

  constructor(private readonly jobs: JobService) {}

  /** The first jobs are there at once, so that there is something to see. */
  async onApplicationBootstrap(): Promise<void> {
    await this.jobs.enqueue(renderVideo, { video_id: 1, seconds: 12 });
    await this.jobs.enqueue(sendMail, { user_id: NO_MAILBOX, template: 'welcome' });
    for (let i = 0; i < 20; i++) await this.add();
    this.timer = setInterval(() => (this.adding = this.add()), EVERY_MS);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.adding;
  }

  @ScheduledJob('* * * * *', { name: 'close_day' })
  async closeDay({ plannedAt, manager }: ScheduledTick): Promise<void> {
    await this.jobs.enqueue(closeDay, { day: plannedAt.toISOString().slice(0, 10) }, { manager });
  }

  /** What fails once is added half a second later. */
  private async add(): Promise<void> {
    await this.addSome().catch((error: unknown) => this.logger.warn(String(error)));
  }

  private async addSome(): Promise<void> {
    const { jobs } = this;
    const mails = Array.from({ length: upTo(4) }, () => ({
      payload: { user_id: upTo(2_000), template: oneOf(TEMPLATES) },
      tags: ['demo'],
    }));
    await jobs.enqueueMany(sendMail, mails);
    await jobs.enqueue(chargeCard, { tenant: oneOf(TENANTS), amount: `${upTo(900)}.00` }, { tags: [oneOf(TENANTS)] });
    const customer = upTo(20);
    await jobs.enqueue(reindexCustomer, { customer_id: customer }, { uniqueKey: `customer:${customer}` });
    if (upTo(4) === 1) await jobs.enqueue(renderVideo, { video_id: upTo(10_000), seconds: upTo(18) });
    if (upTo(6) === 1) await jobs.enqueue(importRows, { file: `prices-${upTo(99)}.csv`, rows: rows(upTo(2_000)) });
    if (upTo(2) === 1) await jobs.enqueue(syncCrm, { contact_id: upTo(5_000) });
    if (upTo(8) === 1) await jobs.enqueue(sendMail, { user_id: upTo(50), template: 'digest' }, { delayMs: 3_600_000 });
  }
}

function rows(count: number) {
  const price = () => (upTo(20_000) === 1 ? -1 : upTo(9_999) / 100);
  return Array.from({ length: count }, (_, i) => ({ sku: `SKU-${i}`, price: price() }));
}
