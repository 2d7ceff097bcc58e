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
 * How the heartbeat thread reaches the database (docs/decisions/0026-heartbeat-thread.md). Normally it has a connection
 * of its own, and asks the main thread for the current options each time it connects. If these contain something that
 * cannot be sent to a thread, the main thread runs the statements for it.
 */
export class HeartbeatConnection {
  private readonly relay: SingleConnection;

  constructor(private readonly parts: HeartbeatConnectionOptions) {
    this.relay = new SingleConnection(() => new WorkerClient(this.config(), onConnectOf(parts.source)), this.named);
  }

  /** Whether statements may have names. Behind a pooler they may not. */
  get named(): boolean {
    const { pooled, directUrl } = this.parts.options;
    return !pooled || directUrl !== undefined;
  }

  /** Time limit for a reply, in milliseconds. Leaves time to open another connection before the lease expires. */
  get answerMs(): number {
    return answerMsOf(this.parts.options.lease);
  }

  /** The name of the option that cannot be sent to a thread. Null if the thread can have a connection of its own. */
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

/** pg calls the function with the connection's parameters, although its types do not say so. */
function askFor({ password, user, database, host, port }: pg.ClientConfig): string | Promise<string> {
  return (password as (connection: object) => string | Promise<string>)({ user, database, host, port });
}

/** pg makes a TLS key non-enumerable, so a copy would lose it. */
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
