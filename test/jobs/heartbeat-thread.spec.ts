import { JobsConfigurationError } from '@monstera/jobs';
import { heartbeatConnection } from '../../libs/jobs/src/worker/heartbeat-connection.js';
import { HeartbeatThread } from '../../libs/jobs/src/worker/heartbeat-thread-host.js';
import type { HeartbeatMessage } from '../../libs/jobs/src/worker/heartbeat.js';
import { Pulse } from '../../libs/jobs/src/worker/pulse.js';
import { eventually } from '../support/index.js';

const LEASE = { renewMs: 5_000, fenceAfterMs: 10_000, deadAfterMs: 15_000, eventLoopStallMs: 300_000 };
const script = (text: string) => new URL(`data:text/javascript,${encodeURIComponent(text)}`);

describe('the heartbeat thread', () => {
  let thread: HeartbeatThread | undefined;
  let told: HeartbeatMessage[];
  let broken: string[];
  let starts: number;

  beforeEach(() => {
    told = [];
    broken = [];
    starts = 0;
  });

  afterEach(async () => {
    await thread?.stop();
  });

  function make(file?: URL): HeartbeatThread {
    thread = new HeartbeatThread({
      settings: async () => {
        starts++;
        const connection = await heartbeatConnection(
          { type: 'postgres', url: 'postgresql://127.0.0.1:1/none' },
          LEASE,
          undefined,
        );
        return { connection, named: true, memory: new Pulse().memory, shards: 1, renewMs: 5_000, eventLoopStallMs: 0 };
      },
      onMessage: (message) => told.push(message),
      onBroken: (error) => broken.push(error.message),
      file,
    });
    return thread;
  }

  it.each([
    ['is not there', new URL('file:///nowhere/heartbeat-thread.js')],
    ['throws', script('throw new Error("no such module")')],
    ['ends at once', script('')],
  ])('stops the boot with what to do if its file %s', async (_, file) => {
    const failure = await make(file)
      .start()
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(JobsConfigurationError);
    expect(failure).toMatchObject({
      code: 'JOBS_NO_HEARTBEAT_THREAD',
      fix: expect.stringContaining('external') as string,
    });
  });

  it('tells that the database refuses it, and goes on', async () => {
    await make().start();
    thread!.identify('019a0000-0000-7000-8000-00000000beef');
    await eventually(() => expect(told.length).toBeGreaterThan(2));
    expect(told[0]).toEqual({ kind: 'ready' });
    expect(told[1]).toMatchObject({ kind: 'failed', error: { code: 'ECONNREFUSED' } });
    expect(broken).toEqual([]);
  });

  it('is started again when it breaks, for the same worker', async () => {
    const file = script(`
      import { parentPort } from 'node:worker_threads';
      parentPort.postMessage({ kind: 'ready' });
      parentPort.on('message', ({ workerId }) => {
        parentPort.postMessage({ kind: 'round', id: workerId });
        setTimeout(() => { throw new Error('broken') }, 10);
      });
    `);
    await make(file).start();
    thread!.identify('w1');
    await eventually(() => expect(told.filter(({ kind }) => kind === 'round').length).toBeGreaterThan(1));
    expect(told).toContainEqual({ kind: 'round', id: 'w1' });
    expect(broken).toContain('broken');
    expect(starts).toBeGreaterThan(1);
  });

  describe('is given the connection of the DataSource', () => {
    const connect = (options: object, direct?: string) =>
      heartbeatConnection({ type: 'postgres', url: 'postgresql://user@host/db', ...options } as never, LEASE, direct);

    it('as one of its own, with time for another try before the lease runs out', async () => {
      expect(await connect({ applicationName: 'monstera', connectTimeoutMS: 10_000 })).toMatchObject({
        connectionString: 'postgresql://user@host/db',
        application_name: 'monstera lease',
        keepAlive: true,
        query_timeout: 4_000,
        connectionTimeoutMillis: 4_000,
      });
    });

    it('past the pooler where there is a way', async () => {
      const config = await connect({}, 'postgresql://user@direct/db');
      expect(config).toMatchObject({ connectionString: 'postgresql://user@direct/db' });
    });

    it('with a password that was asked for', async () => {
      const url = undefined;
      expect(await connect({ url, host: 'host', password: async () => 'of this hour' })).toMatchObject({
        password: 'of this hour',
      });
    });

    it('without what only a pool needs, and with an error that says what else a thread cannot be given', async () => {
      expect(await connect({ extra: { log: () => {}, max: 5 } })).not.toHaveProperty('log');
      await expect(connect({ ssl: { checkServerIdentity: () => undefined } })).rejects.toMatchObject({
        code: 'JOBS_CONNECTION_NOT_CLONEABLE',
      });
    });
  });
});
