import pg from 'pg';
import { QueueListener } from '../../libs/jobs/src/store/queue-listener.js';
import { NOTIFY_CHANNEL } from '../../libs/jobs/src/store/sql/notify.sql.js';
import { WorkerClient } from '../../libs/jobs/src/store/worker-client.js';
import { createTestDatabase, eventually, type TestDatabase } from '../support/index.js';

describe('the queue listener', () => {
  let database: TestDatabase;
  let admin: pg.Client;
  let listener: QueueListener | undefined;
  let heard: string[];
  let changes: boolean[];

  beforeEach(async () => {
    database = await createTestDatabase();
    admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    heard = [];
    changes = [];
  });

  afterEach(async () => {
    await listener?.stop();
    await admin.end();
    await database.drop();
  });

  async function listen(newClient = () => new WorkerClient({ connectionString: database.url })): Promise<void> {
    listener = new QueueListener({
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
