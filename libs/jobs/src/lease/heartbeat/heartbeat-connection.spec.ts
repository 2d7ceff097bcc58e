import pg from 'pg';
import { createSecureContext } from 'node:tls';
import type { ConnectionSource } from '../../store/connection/connection-config.js';
import { HeartbeatConnection } from './heartbeat-connection.js';
import type { ThreadConnection } from './heartbeat-questions.js';

const lease = { renewMs: 5_000, fenceAfterMs: 10_000, deadAfterMs: 15_000, eventLoopStallMs: 300_000 };

/** A data source whose pool has these options. */
function sourceWith(options: pg.PoolConfig): ConnectionSource {
  const driver = { master: new pg.Pool(options) };
  return { options: { type: 'postgres' }, driver } as unknown as ConnectionSource;
}

function connection(options: pg.PoolConfig, given: { pooled?: boolean; directUrl?: string } = {}) {
  return new HeartbeatConnection({ source: sourceWith(options), options: { lease, pooled: false, ...given } });
}

async function described(options: pg.PoolConfig, given?: { pooled?: boolean; directUrl?: string }) {
  return (await connection(options, given).answer({ kind: 'connection' })) as ThreadConnection;
}

describe('the connection of the lease', () => {
  it('is separate, with time for another try before the lease expires', async () => {
    const { config } = await described({
      connectionString: 'postgresql://user:secret@host:6543/db?application_name=monstera&options=-c%20geqo=off',
      connectionTimeoutMillis: 10_000,
    });
    expect(config).toMatchObject({
      host: 'host',
      port: 6543,
      user: 'user',
      password: 'secret',
      database: 'db',
      application_name: 'monstera lease',
      keepAlive: true,
      query_timeout: 4_000,
      connectionTimeoutMillis: 4_000,
      options: expect.stringMatching(/^-c geqo=off .*idle_session_timeout=0 .*statement_timeout=4000/) as string,
    });
    expect(config).not.toHaveProperty('connectionString');
  });

  it('goes past the pooler if there is a direct URL', async () => {
    const { config } = await described({ host: 'pooler' }, { pooled: true, directUrl: 'postgresql://user@direct/db' });
    expect(config).toMatchObject({ host: 'direct', options: expect.stringContaining('DateStyle=ISO') as string });
  });

  it('sends no startup options to a pooler, which would refuse them', async () => {
    expect((await described({ host: 'pooler' }, { pooled: true })).config.options).toBeUndefined();
  });

  it('has the current password each time, from a function that gets the connection’s parameters', async () => {
    const asked: unknown[] = [];
    const password = async (...given: unknown[]) => `number ${asked.push(...given)}`;
    const lasting = connection({ host: 'host', port: 1, user: 'user', database: 'db', password });
    const passwords = [await lasting.answer({ kind: 'connection' }), await lasting.answer({ kind: 'connection' })];
    expect(passwords).toMatchObject([{ config: { password: 'number 1' } }, { config: { password: 'number 2' } }]);
    expect(asked[0]).toEqual({ host: 'host', port: 1, user: 'user', database: 'db' });
  });

  it('keeps a TLS key, and leaves functions of the TLS options to the main thread', async () => {
    const ssl = { key: 'the key', ca: 'the ca', checkServerIdentity: () => undefined };
    const { config, tlsFunctions } = await described({ host: 'host', ssl });
    expect([config.ssl, tlsFunctions]).toEqual([{ key: 'the key', ca: 'the ca' }, ['checkServerIdentity']]);
  });

  it('leaves out options that only the pool needs', async () => {
    const { config } = await described({ host: 'host', log: () => {}, max: 5, types: pg.types });
    expect(Object.keys(config)).not.toEqual(expect.arrayContaining(['log']));
    expect(config).not.toHaveProperty('types');
  });

  it.each<[string | null, pg.PoolConfig]>([
    [null, { password: async () => 'asked for' }],
    [null, { ssl: { checkServerIdentity: () => undefined } }],
    ['extra.stream', { stream: () => undefined }],
    ['extra.onConnect', { onConnect: () => {} }],
    ['ssl.secureContext', { ssl: { secureContext: createSecureContext() } }],
    ['token', { token: () => 'of the host' } as pg.PoolConfig],
  ])('is left to the main thread because of %s', (because, options) => {
    expect(connection({ host: 'host', ...options }).relayedBecause()).toBe(because);
  });
});
