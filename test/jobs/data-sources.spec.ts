import { Injectable, Logger, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { Test, type TestingModule } from '@nestjs/testing';
import { getDataSourceToken, InjectDataSource, TypeOrmModule } from '@nestjs/typeorm';
import { connectionOptions } from '@monstera/database';
import {
  defineJob,
  ForJobs,
  InjectJobs,
  jobsEntities,
  jobsMigrationsIn,
  JobRepository,
  JobsModule,
  JobService,
  jobsToken,
  OnJobEvent,
  ProcessesJob,
  runMigrations,
  ScheduledJob,
  type JobEvent,
  type JobProcessor,
  type ScheduledTick,
} from '@monstera/jobs';
import { Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { useDatabase, type UsedDatabase } from '../support/use-database.js';

const mail = defineJob({ type: 'mail', payload: z.object({}) });
const invoice = defineJob({ type: 'invoice', payload: z.object({}) });
/** So rarely that only a wake-up starts a job in time. */
const POLL_MS = 600_000;

const ran: string[] = [];
const heard: string[] = [];
const ticked = new Set<string>();

@Injectable()
@ProcessesJob(mail)
class MailProcessor implements JobProcessor<typeof mail> {
  async process(job: { id: string }): Promise<void> {
    ran.push(job.id);
  }
}

@Injectable()
@ForJobs('billing')
@ProcessesJob(invoice)
class InvoiceProcessor implements JobProcessor<typeof invoice> {
  async process(job: { id: string }): Promise<void> {
    ran.push(job.id);
  }
}

@Injectable()
@ForJobs('billing')
class Billing {
  constructor(
    @InjectJobs('billing') readonly jobs: JobService,
    @InjectJobs('billing', JobRepository) readonly repository: JobRepository,
  ) {}

  @OnJobEvent('completed')
  note({ type }: JobEvent): void {
    heard.push(type);
  }

  @ScheduledJob('* * * * * *', { name: 'billing_tick' })
  async tick({ manager }: ScheduledTick): Promise<void> {
    const [row] = await manager.query<[{ name: string }]>('select current_database() as name');
    ticked.add(row.name);
  }
}

@Injectable()
@ForJobs('biling')
class Misspelt {
  @OnJobEvent('completed')
  note(): void {}
}

@Injectable()
class InitializesLate implements OnModuleInit {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async onModuleInit(): Promise<void> {
    await this.dataSource.initialize();
  }
}

describe('the data sources of the jobs', () => {
  const main = useDatabase();
  const other = useDatabase();
  const billed = useDatabase();
  let app: TestingModule | undefined;

  afterEach(async () => {
    await app?.close();
    app = undefined;
  });

  const typeOrm = (database: UsedDatabase, name?: string, more: object = {}): DynamicModule =>
    TypeOrmModule.forRoot({
      ...connectionOptions({ url: database.url, poolSize: 5 }),
      entities: jobsEntities,
      name,
      retryAttempts: 0,
      ...more,
    });

  const jobs = (given: Parameters<typeof JobsModule.forRoot>[0] = {}): DynamicModule =>
    JobsModule.forRoot({ metricsRegistry: new Registry(), pollIntervalMs: POLL_MS, ...given });

  async function boot(imports: DynamicModule['imports'], providers: DynamicModule['providers'] = []): Promise<void> {
    const module = await Test.createTestingModule({
      imports: [ScheduleModule.forRoot(), ...imports!],
      providers,
    }).compile();
    app = module;
    Logger.overrideLogger(false);
    await module.init();
  }

  /** Whether a job has been run, in time. */
  const runs = (id: string): Promise<boolean> => eventually(() => ran.includes(id));

  const typesIn = async (dataSource: DataSource): Promise<string[]> => {
    const rows = await dataSource.query<{ type: string }[]>('select distinct type from jobs order by 1');
    return rows.map(({ type }) => type);
  };

  it('may have a name', async () => {
    await boot([typeOrm(other, 'queue'), jobs({ dataSource: 'queue' })], [MailProcessor]);
    const { id } = await app!.get(JobService).enqueue(mail, {});
    expect(await runs(id)).toBe(true);
    expect(await typesIn(app!.get<DataSource>(getDataSourceToken('queue')))).toEqual(['mail']);
  });

  it('may be two with a module each, whose processors, schedules and listeners keep to their own', async () => {
    await boot(
      [
        typeOrm(main),
        typeOrm(billed, 'billing'),
        jobs(),
        jobs({ name: 'billing', dataSource: 'billing', concurrency: 3 }),
      ],
      [MailProcessor, InvoiceProcessor, Billing],
    );
    const billing = app!.get(Billing);
    const sent = await app!.get(JobService).enqueue(mail, {});
    const invoiced = await billing.jobs.enqueueByType('invoice', {});
    await eventually(() => ran.includes(sent.id) && ran.includes(invoiced.id));
    await eventually(() => heard.includes('invoice') && ticked.size > 0);
    expect(heard).not.toContain('mail');
    expect(await typesIn(app!.get(DataSource))).toEqual(['mail']);
    expect(await typesIn(app!.get<DataSource>(getDataSourceToken('billing')))).toEqual(['invoice']);
    expect([...ticked]).toEqual([new URL(billed.url).pathname.slice(1)]);
    expect(await app!.get(JobService).get(invoiced.id)).toBeNull();
    expect(await billing.jobs.get(invoiced.id)).toMatchObject({ type: 'invoice' });
    expect(() => app!.get(JobService).enqueueByType('invoice', {})).toThrow('JOBS_UNKNOWN_TYPE');
    expect((await billing.repository.countPendingByType()).counts).toEqual([]);
  });

  it('may be one with two modules in schemas of their own', async () => {
    const admin = await new DataSource({
      ...connectionOptions({ url: main.url, poolSize: 2 }),
      migrations: [...jobsMigrationsIn('one'), ...jobsMigrationsIn('two')],
    }).initialize();
    await runMigrations(admin);
    await boot(
      [typeOrm(main), jobs({ schema: 'one' }), jobs({ name: 'billing', schema: 'two' })],
      [MailProcessor, InvoiceProcessor],
    );
    const both = [app!.get(JobService), app!.get<JobService>(jobsToken('billing', JobService))] as const;
    for (const [service, definition] of [
      [both[0], mail],
      [both[1], invoice],
    ] as const) {
      const { id } = await service.enqueue(definition, {});
      expect(await runs(id)).toBe(true);
    }
    const rows = await admin.query('select type from one.jobs union all select type from two.jobs');
    expect(rows).toEqual([{ type: 'mail' }, { type: 'invoice' }]);
    await admin.destroy();
  });

  it('a single module with a name has all that is not marked', async () => {
    await boot([typeOrm(main), jobs({ name: 'billing' })], [MailProcessor, Billing]);
    const { id } = await app!.get(Billing).jobs.enqueue(mail, {});
    expect(await runs(id)).toBe(true);
  });

  it.each([
    ['a mark that no module has', [jobs()], [Misspelt], 'JOBS_UNKNOWN_MODULE'],
    ['two modules without a name', [jobs(), jobs()], [], 'JOBS_MODULE_TWICE'],
    ['two modules of one name', [jobs({ name: 'a' }), jobs({ name: 'a' })], [], 'JOBS_MODULE_TWICE'],
    ['a name that is none', [jobs({ name: 'a b' })], [], 'JOBS_INVALID_MODULE_OPTIONS'],
    ['a data source that is no name', [jobs({ dataSource: '' })], [], 'JOBS_INVALID_MODULE_OPTIONS'],
  ])('%s stops the boot', async (_, imports, providers, code) => {
    await expect(boot([typeOrm(main), ...imports], providers)).rejects.toMatchObject({ code });
  });

  it('JobsModule without forRoot() stops the boot', async () => {
    await expect(boot([JobsModule as unknown as DynamicModule])).rejects.toMatchObject({
      code: 'JOBS_MODULE_NOT_CONFIGURED',
    });
  });

  describe('and the wake-up after commit', () => {
    const enqueueIn = (dataSource: DataSource) =>
      dataSource.transaction(async (manager) => (await app!.get(JobService).enqueue(mail, {}, { manager })).id);

    it('comes for a manager of another data source on the same database', async () => {
      await boot([typeOrm(main), typeOrm(main, 'reporting'), jobs()], [MailProcessor]);
      const id = await enqueueIn(app!.get<DataSource>(getDataSourceToken('reporting')));
      expect(await runs(id)).toBe(true);
    });

    it('comes from a data source that is initialised late, and again', async () => {
      await boot([typeOrm(main, undefined, { manualInitialization: true }), jobs()], [InitializesLate, MailProcessor]);
      const dataSource = app!.get(DataSource);
      for (let round = 0; round < 2; round++) {
        const id = await enqueueIn(dataSource);
        expect(await runs(id)).toBe(true);
        await dataSource.destroy();
        await dataSource.initialize();
      }
    });

    it('waits for nothing before: a call says that the data source is not there yet', async () => {
      await boot([typeOrm(main, undefined, { manualInitialization: true }), jobs({ role: 'producer' })]);
      const service = app!.get(JobService);
      await expect(service.enqueue(mail, {})).rejects.toMatchObject({ code: 'JOBS_DATA_SOURCE_NOT_INITIALIZED' });
      await app!.get(DataSource).initialize();
      expect(await service.enqueue(mail, {})).toMatchObject({ type: 'mail' });
    });
  });
});
