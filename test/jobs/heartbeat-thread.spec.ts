import { JobsConfigurationError } from '@monstera/jobs';
import { HeartbeatThread } from '../../libs/jobs/src/lease/heartbeat/heartbeat-thread-host.js';
import type { HeartbeatMessage } from '../../libs/jobs/src/lease/heartbeat/heartbeat.js';
import { SharedLeaseState } from '../../libs/jobs/src/lease/heartbeat/shared-lease-state.js';
import { answerTlsCalls } from '../../libs/jobs/src/lease/heartbeat/tls-calls.js';
import { eventually } from '../support/index.js';
import { systemClock } from '../../libs/jobs/src/support/time/clock.js';

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
        return {
          relayed: false,
          answerMs: 1_000,
          tlsCalls: answerTlsCalls(() => () => undefined),
          named: true,
          memory: new SharedLeaseState(systemClock).memory,
          shards: 1,
          renewMs: 5_000,
          eventLoopStallMs: 0,
        };
      },
      onQuestion: async () => ({ config: { host: '127.0.0.1', port: 1 }, tlsFunctions: [] }),
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
});
