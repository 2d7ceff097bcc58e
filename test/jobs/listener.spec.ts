import type pg from 'pg';
import { QueueListener } from '../../libs/jobs/src/wake/queue-listener.js';
import { NOTIFY_CHANNEL, type Notification } from '../../libs/jobs/src/store/notification.js';
import { WorkerClient } from '../../libs/jobs/src/store/worker-connections/worker-client.js';
import { eventually } from '../support/index.js';
import { TestClock } from '../support/test-clock.js';
import { useDatabase } from '../support/use-database.js';

describe('the queue listener', () => {
  const database = useDatabase({ each: true });
  let admin: pg.Client;
  let clock: TestClock;
  let listener: QueueListener | undefined;
  let heard: string[];
  let changes: boolean[];

  beforeEach(async () => {
    database.closeFirst(() => listener?.stop());
    admin = await database.connect();
    clock = new TestClock();
    heard = [];
    changes = [];
  });

  async function listen(newClient = () => new WorkerClient({ connectionString: database.url })): Promise<void> {
    listener = new QueueListener({
      clock,
      newClient,
      onMessage: (text) => heard.push(text),
      onListening: (listening) => changes.push(listening),
    });
    await listener.start();
  }

  const notify = (text: string) => admin.query('select pg_notify($1, $2)', [NOTIFY_CHANNEL, text]);
  const listenerConnections = async () =>
    (
      await admin.query<{ pid: number }>(
        `select pid from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()`,
      )
    ).rows;

  it('passes messages on, and keeps its own self-test to itself', async () => {
    await listen();
    expect(changes).toEqual([true]);
    await notify('hello');
    await eventually(() => expect(heard).toEqual(['hello']));
  });

  it('hears again after its connection was cut, on exactly one new connection', async () => {
    await listen();
    const [before] = await listenerConnections();
    await admin.query('select pg_terminate_backend($1)', [before!.pid]);
    await eventually(() => expect(changes).toEqual([true, false, true]));
    await notify('again');
    await eventually(() => expect(heard).toEqual(['again']));
    const after = await listenerConnections();
    expect(after).toHaveLength(1);
    expect(after[0]!.pid).not.toBe(before!.pid);
  });

  it('notices within its self-test that a pooler swallows LISTEN', async () => {
    class DeafClient extends WorkerClient {
      // oxlint-disable-next-line typescript/no-explicit-any -- pg.Client.query has a dozen overloads, all passed on as they are
      override query(first: any, ...rest: any[]): any {
        return super.query(
          typeof first === 'string' && first.startsWith('listen') ? 'select 1' : first,
          ...(rest as []),
        );
      }
    }
    await listen(() => new DeafClient({ connectionString: database.url }));
    await eventually(() => expect(changes[0]).toBe(false), { timeoutMs: 8_000 });
    expect(changes).not.toContain(true);
  }, 15_000);

  describe('whose test is carried by a statement', () => {
    beforeEach(async () => {
      await listen();
      skip(10_000);
    });

    const skip = (ms: number) => (clock.nowMs += ms);

    const carried = async (): Promise<Notification | null> => {
      let given: Notification | null = null;
      await listener!.carryTest(async (test) => (given = test));
      return given;
    };

    it('gives it to one statement, and to the next once it is time again', async () => {
      const test = await carried();
      expect(await carried()).toBeNull();
      await admin.query('select pg_notify($1, $2)', [test!.channel, test!.message]);
      await eventually(() => expect(changes).toEqual([true, true]));
      expect(await carried()).toBeNull();
      skip(10_000);
      expect(await carried()).not.toBeNull();
    });

    it('is deaf if that is not heard', async () => {
      expect(await carried()).not.toBeNull();
      await eventually(() => expect(changes).toEqual([true, false, true]), { timeoutMs: 8_000 });
    }, 15_000);

    it('is deaf if the statement is not answered either', async () => {
      void listener!.carryTest(() => new Promise(() => {}));
      await eventually(() => expect(changes).toEqual([true, false, true]), { timeoutMs: 8_000 });
    }, 15_000);

    it('tests by itself if the statement fails, and is not taken for deaf', async () => {
      const [before] = await listenerConnections();
      await expect(listener!.carryTest(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
      await eventually(() => expect(changes).toEqual([true, true]));
      expect(await listenerConnections()).toEqual([before]);
    });
  });

  it('keeps trying while the server refuses it, and ends when it is stopped', async () => {
    let tries = 0;
    await listen(() => {
      tries++;
      return new WorkerClient({ connectionString: database.url.replace(/:\d+\//, ':1/') });
    });
    await eventually(() => expect(tries).toBeGreaterThanOrEqual(2));
    await listener!.stop();
    const triesAtStop = tries;
    await expect(eventually(() => expect(tries).toBeGreaterThan(triesAtStop), { timeoutMs: 800 })).rejects.toThrow();
  });
});
