import pg from 'pg';
import type { DataSource } from 'typeorm';
import { connectionConfig, lifetimeOf, onConnectOf, type ConnectionRequest } from '../connection/connection-config.js';
import { WorkerClient } from './worker-client.js';

/** How many connections a pool has, and how long an idle one stays open. */
export type PoolShape = Pick<pg.PoolConfig, 'max' | 'idleTimeoutMillis' | 'allowExitOnIdle'>;

/** A pool of the library's own. Each of its connections has the options that the host's connections have at that moment. */
export function ownPool(dataSource: DataSource, request: ConnectionRequest, shape: PoolShape): pg.Pool {
  const config = () => connectionConfig(dataSource, request);
  const Client = class extends WorkerClient {
    constructor() {
      super(config());
    }
  };
  const pool = new pg.Pool({
    ...lifetimeOf(dataSource),
    connectionTimeoutMillis: config().connectionTimeoutMillis,
    onConnect: onConnectOf(dataSource),
    ...shape,
    Client,
  });
  // A connection that breaks while it is idle is replaced when needed. Without a listener, the event would end the
  // process.
  pool.on('error', () => {});
  return pool;
}
