import type pg from 'pg';
import type { JobsOptions, LeaseOptions } from '../../jobs.options.js';
import { connectionConfig, onConnectOf, type ConnectionSource } from '../../store/connection/connection-config.js';
import { SingleConnection } from '../../store/worker-connections/single-connection.js';
import { WorkerClient } from '../../store/worker-connections/worker-client.js';
import type { HeartbeatQuestion, ThreadConnection } from './heartbeat-questions.js';
import { answerTlsCalls, type TlsCallLine } from './tls-calls.js';

const MIN_ANSWER_MS = 500;

export interface HeartbeatConnectionOptions {
  source: ConnectionSource;
  options: Pick<JobsOptions, 'lease' | 'pooled' | 'directUrl'>;
}

/**
 * How the heartbeat thread gets to the database: by a connection of its own, for which the main thread says anew each time
 * how it is made; or, where the host makes its connections with something that no thread can be given, by statements that
 * the main thread runs for it.
 */
export class HeartbeatConnection {
  private readonly relay: SingleConnection;

  constructor(private readonly parts: HeartbeatConnectionOptions) {
    this.relay = new SingleConnection(() => new WorkerClient(this.config(), onConnectOf(parts.source)), this.named);
  }

  /** Whether statements may be named: not through a pooler. */
  get named(): boolean {
    const { pooled, directUrl } = this.parts.options;
    return !pooled || directUrl !== undefined;
  }

  /** A line that leads nowhere must be noticed, and another one made, before the lease runs out. In milliseconds. */
  get answerMs(): number {
    return answerMsOf(this.parts.options.lease);
  }

  /** What the thread cannot be given, by the name of the option; null if it can have a connection of its own. */
  relayedBecause(): string | null {
    if (onConnectOf(this.parts.source)) return 'extra.onConnect';
    const config = this.config();
    if (config.stream) return 'extra.stream';
    if (typeof config.ssl === 'object' && config.ssl.secureContext) return 'ssl.secureContext';
    const { password: _, ...rest } = config;
    return Object.entries(handedOver(rest).config).find(([, value]) => !isCloneable(value))?.[0] ?? null;
  }

  async answer(question: HeartbeatQuestion): Promise<unknown> {
    if (question.kind === 'connection') return this.describe();
    return this.relay.run(question.statement, question.params as never);
  }

  answerTlsCalls(): TlsCallLine {
    return answerTlsCalls((name) => {
      const { ssl } = this.config();
      return Reflect.get(ssl as object, name) as (...args: unknown[]) => unknown;
    });
  }

  end(): Promise<void> {
    return this.relay.end();
  }

  private async describe(): Promise<ThreadConnection> {
    const config = this.config();
    const password = typeof config.password === 'function' ? await askFor(config) : config.password;
    return structuredClone(handedOver({ ...config, password }));
  }

  private config(): pg.ClientConfig {
    const { source, options } = this.parts;
    const { pooled, directUrl } = options;
    const times = { answerMs: this.answerMs, statementMs: this.answerMs, connectMs: this.answerMs };
    return connectionConfig(source, { purpose: 'lease', pooled, directUrl, ...times });
  }
}

function answerMsOf(lease: LeaseOptions): number {
  return Math.max(MIN_ANSWER_MS, Math.round((lease.fenceAfterMs - lease.renewMs) * 0.8));
}

/** pg gives the function what it connects with, although its types do not say so. */
function askFor({ password, user, database, host, port }: pg.ClientConfig): string | Promise<string> {
  return (password as (connection: object) => string | Promise<string>)({ user, database, host, port });
}

/** pg hides a TLS key from listings, and from copies with it. */
function handedOver(config: pg.ClientConfig): ThreadConnection {
  const { ssl } = config;
  if (typeof ssl !== 'object') return { config, tlsFunctions: [] };
  const entries = Object.entries({ ...ssl, ...(ssl.key !== undefined && { key: ssl.key }) });
  const isFunction = ([, value]: [string, unknown]) => typeof value === 'function';
  return {
    config: { ...config, ssl: Object.fromEntries(entries.filter((entry) => !isFunction(entry))) },
    tlsFunctions: entries.filter(isFunction).map(([name]) => name),
  };
}

function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
