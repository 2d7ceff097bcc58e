import {
  Injectable,
  Logger,
  Module,
  type OnApplicationBootstrap,
  type OnModuleInit,
  type Provider,
} from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { Test, type TestingModule } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { connectionOptions } from '@monstera/database';
import {
  defineJob,
  jobsEntities,
  JobsModule,
  ProcessesJob,
  ScheduledJob,
  type JobProcessor,
  type JobsModuleOptions,
} from '@monstera/jobs';
import pg from 'pg';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { useDatabase } from '../support/use-database.js';

const ping = defineJob({ type: 'ping', payload: z.object({}) });
const state = { runs: 0, ticks: 0, boot: Promise.resolve(), onRun: async () => {}, fails: '' };

@Injectable()
@ProcessesJob(ping)
class PingProcessor implements JobProcessor<typeof ping> {
  async process(): Promise<void> {
    state.runs++;
    await state.onRun();
  }
}

@Injectable()
class EverySecond {
  @ScheduledJob('* * * * * *', { name: 'every_second' })
  async run(): Promise<void> {
    state.ticks++;
  }
}

/** Boots after the jobs: they are global, and this module imports nothing. */
@Injectable()
class SlowToBoot implements OnModuleInit, OnApplicationBootstrap {
  async onModuleInit(): Promise<void> {
    if (state.fails === 'onModuleInit') throw new Error('another module failed');
  }
  async onApplicationBootstrap(): Promise<void> {
    await state.boot;
    if (state.fails === 'onApplicationBootstrap') throw new Error('another module failed');
  }
}

@Module({ providers: [SlowToBoot] })
class OtherModule {}

describe('an application', () => {
  const database = useDatabase({ each: true });
  let watcher: pg.Client;
  let app: TestingModule;

  beforeEach(async () => {
    database.closeFirst(async () => {
      await app.close();
      await watcher.end();
    });
    watcher = new pg.Client({ connectionString: database.url, application_name: 'watcher' });
    await watcher.connect();
    Object.assign(state, { runs: 0, ticks: 0, boot: Promise.resolve(), onRun: async () => {}, fails: '' });
    Logger.overrideLogger(false);
  });

  const compile = async (jobs: JobsModuleOptions = {}, providers: Provider[] = [PingProcessor, EverySecond]) => {
    app = await Test.createTestingModule({
      imports: [
        TypeOrmModule.forRoot({ ...connectionOptions({ url: database.url }), entities: jobsEntities }),
        ScheduleModule.forRoot(),
        JobsModule.forRoot({ metricsRegistry: new Registry(), ...jobs }),
        OtherModule,
      ],
      providers,
    }).compile();
  };
  const enqueue = () => watcher.query(`insert into jobs (type, payload) values ('ping', '{}')`);
  const workers = async () => {
    const { rows } = await watcher.query<{ alive: number }>(
      'select count(*)::int as alive from job_workers where dead_at is null',
    );
    return rows[0]!.alive;
  };
  const connections = async () => {
    const { rows } = await watcher.query<{ application_name: string }>(
      `select application_name from pg_stat_activity
       where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`,
    );
    return rows.map((row) => row.application_name);
  };
  const jobStatus = async () => (await watcher.query<{ status: string }>('select status from jobs')).rows[0]!.status;
  /** Threads, timers and sockets of this process, as Node counts them. */
  const resources = () =>
    process.getActiveResourcesInfo().filter((kind) => /Worker|MessagePort|Timeout|TCPSocket/.test(kind)).length;
  const expectNothingLeft = async (before: number) => {
    await eventually(async () => expect(await connections()).toEqual([]));
    expect(await workers()).toBe(0);
    await eventually(() => expect(resources()).toBeLessThanOrEqual(before));
    expect(await jobStatus()).toBe('pending');
    expect(state).toMatchObject({ runs: 0, ticks: 0 });
  };

  it.each(['init', 'bootstrap'])('that is closed while it boots (%s) runs no job and leaves nothing', async (when) => {
    await enqueue();
    const before = resources();
    let release = () => {};
    state.boot = new Promise<void>((resolve) => (release = resolve));
    await compile();
    const web = app.createNestApplication();
    const booting = web.init();
    if (when === 'bootstrap') await new Promise((resolve) => setImmediate(resolve));
    const closing = web.close();
    release();
    await Promise.allSettled([booting, closing]);
    await expectNothingLeft(before);
  });

  it('that is closed while its worker starts stops it again', async () => {
    const before = resources();
    await compile();
    const blocker = new pg.Client({ connectionString: database.url, application_name: 'blocker' });
    await blocker.connect();
    await blocker.query('begin; lock table job_types in access exclusive mode');
    const web = app.createNestApplication();
    const booting = web.init();
    await eventually(async () => {
      const { rows } = await watcher.query(`select 1 from pg_stat_activity where wait_event_type = 'Lock'`);
      expect(rows).toHaveLength(1);
    });
    const closing = web.close();
    await blocker.query('commit');
    await blocker.end();
    await Promise.allSettled([booting, closing]);
    await enqueue();
    await expectNothingLeft(before);
  });

  it.each(['onModuleInit', 'onApplicationBootstrap'])(
    'whose boot fails in %s of another module has started no worker, thread or timer',
    async (hook) => {
      await enqueue();
      await compile();
      const before = resources();
      state.fails = hook;
      await expect(app.init()).rejects.toThrow('another module failed');
      expect((await connections()).filter((name) => !name.startsWith('monstera'))).toEqual([]);
      expect(await workers()).toBe(0);
      // One timer is of the host's ScheduleModule, which has booted.
      expect(resources()).toBeLessThanOrEqual(before + 1);
      await app.close();
      await expectNothingLeft(before);
    },
  );

  it('may be closed twice, at once and again', async () => {
    await compile();
    await app.init();
    await enqueue();
    await eventually(() => expect(state.runs).toBe(1));
    await Promise.all([app.close(), app.close()]);
    await app.close();
    expect(await workers()).toBe(0);
    expect(await connections()).toEqual([]);
  });

  it('starts jobs when all has booted', async () => {
    let release = () => {};
    state.boot = new Promise<void>((resolve) => (release = resolve));
    await enqueue();
    await compile();
    const booting = app.init();
    await expect(eventually(() => expect(state.runs).toBe(1), { timeoutMs: 300 })).rejects.toThrow();
    release();
    await booting;
    await eventually(() => expect(state.runs).toBe(1));
  });

  it('that a handler closes ends the handler first, if it does not wait', async () => {
    await compile();
    let closing = Promise.resolve();
    state.onRun = async () => void (closing = app.close());
    await app.init();
    await enqueue();
    await eventually(() => expect(state.runs).toBe(1));
    await closing;
    expect(await jobStatus()).toBe('completed');
    expect(await workers()).toBe(0);
  });

  it('that a handler closes and waits for ends within its bounds, and the job goes back', async () => {
    await compile({ shutdownTimeoutMs: 100, abortGraceMs: 100 });
    let closed = false;
    state.onRun = async () => {
      await app.close();
      closed = true;
    };
    await app.init();
    await enqueue();
    await eventually(() => expect(closed).toBe(true));
    const { rows } = await watcher.query('select status, attempts, worker_id from jobs');
    expect(rows).toEqual([{ status: 'pending', attempts: 0, worker_id: null }]);
    expect(await workers()).toBe(0);
  });

  describe('that works', () => {
    let lines: string[];

    beforeEach(() => {
      lines = [];
      jest.spyOn(Logger.prototype, 'warn').mockImplementation((line: unknown) => void lines.push(String(line)));
    });

    afterEach(() => jest.restoreAllMocks());

    const warned = () => lines.filter((line) => line.includes('Nobody listens for SIGTERM'));

    it('says once that nobody listens for SIGTERM', async () => {
      jest.spyOn(process, 'listenerCount').mockReturnValue(0);
      await compile();
      await app.init();
      await eventually(() => expect(warned()).toHaveLength(1));
    });

    it('says nothing of SIGTERM where somebody listens, be it after the boot', async () => {
      jest.spyOn(process, 'listenerCount').mockReturnValue(0);
      const asked = jest.spyOn(process, 'listenerCount').mockReturnValue(1);
      await compile();
      await app.init();
      await eventually(() => expect(asked).toHaveBeenCalledWith('SIGTERM'));
      expect(warned()).toEqual([]);
    });
  });
});
