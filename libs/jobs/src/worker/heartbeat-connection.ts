import type pg from 'pg';
import type { DataSourceOptions } from 'typeorm';
import { JobsConfigurationError } from '../job/job.errors.js';
import type { LeaseOptions } from '../jobs.options.js';
import { connectionConfig } from '../store/connection-config.js';

/** Of use to a pool only, and not always something that a thread can be given. */
const POOL_ONLY = ['Client', 'Promise', 'log', 'verify', 'onConnect', 'max', 'min', 'idleTimeoutMillis'];
const MIN_ANSWER_MS = 500;

/**
 * Connection settings that can be handed to a thread. A password that is a function is asked for here, and again whenever
 * the thread is started again.
 */
export async function heartbeatConnection(
  options: DataSourceOptions,
  lease: LeaseOptions,
  directUrl: string | undefined,
): Promise<pg.ClientConfig> {
  // A line that leads nowhere must be noticed, and another one made, before the lease runs out.
  const answerMs = Math.max(MIN_ANSWER_MS, Math.round((lease.fenceAfterMs - lease.renewMs) * 0.8));
  const config = connectionConfig(options, 'lease', { answerMs, connectMs: answerMs });
  const password = typeof config.password === 'function' ? await config.password() : config.password;
  const wanted = Object.entries({ ...config, password, ...(directUrl && { connectionString: directUrl }) });
  return cloneable(Object.fromEntries(wanted.filter(([name]) => !POOL_ONLY.includes(name))));
}

function cloneable(config: pg.ClientConfig): pg.ClientConfig {
  try {
    return structuredClone(config);
  } catch (cause) {
    throw new JobsConfigurationError({
      code: 'JOBS_CONNECTION_NOT_CLONEABLE',
      what: `The lease is kept by a thread, which cannot be given the DataSource's connection options: ${String(cause)}`,
      fix: 'Keep functions out of the options `ssl` and `extra` of the DataSource; `password` may be one.',
      cause,
    });
  }
}
