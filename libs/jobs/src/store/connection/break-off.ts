import { connect } from 'node:net';
import type pg from 'pg';
import { systemClock } from '../../support/time/clock.js';

/** Fields of pg's clients that pg's types leave out. */
type CancellableClient = pg.ClientBase & {
  readonly host?: string;
  readonly port?: number;
  readonly processID?: number | null;
  readonly secretKey?: number | null;
  readonly connection?: { readonly stream?: { destroy(reason?: Error): void } };
};

interface Watched {
  dueMs: number;
  brokenOff: boolean;
}

/** First word of a CancelRequest in PostgreSQL's protocol. */
const CANCEL_CODE = 80_877_102;
/** How long a cancelled statement may take to answer before its connection is closed, in milliseconds. */
const ANSWER_MS = 5_000;

/** A statement was cancelled because it took too long. It has written nothing. */
export class BrokenOffError extends Error {
  override readonly name = 'BrokenOffError';
  /** SQLSTATE of a cancelled query. */
  readonly code = '57014';
}

/**
 * Cancels statements that take too long, so that their callers can try again in another way. One timer serves all of
 * them: a timer per statement would cost more than the rest of this class.
 */
export class BreakOff {
  private readonly watched = new Map<pg.ClientBase, Watched>();
  private timer: NodeJS.Timeout | null = null;
  private firesAtMs = Infinity;

  began(client: pg.ClientBase, afterMs: number): void {
    const dueMs = systemClock.steadyMs() + afterMs;
    this.watched.set(client, { dueMs, brokenOff: false });
    if (dueMs < this.firesAtMs) this.fireAt(dueMs);
  }

  /** Stops the watch. True if the statement was cancelled. */
  ended(client: pg.ClientBase): boolean {
    const { brokenOff = false } = this.watched.get(client) ?? {};
    this.watched.delete(client);
    return brokenOff;
  }

  private fireAt(atMs: number): void {
    if (this.timer) clearTimeout(this.timer);
    this.firesAtMs = atMs;
    this.timer = setTimeout(() => this.look(), Math.ceil(atMs - systemClock.steadyMs())).unref();
  }

  private look(): void {
    this.timer = null;
    this.firesAtMs = Infinity;
    const nowMs = systemClock.steadyMs();
    for (const [client, statement] of this.watched) if (statement.dueMs <= nowMs) breakOff(client, statement, nowMs);
    const nextMs = Math.min(...[...this.watched.values()].map(({ dueMs }) => dueMs));
    if (nextMs < Infinity) this.fireAt(nextMs);
  }
}

function breakOff(client: CancellableClient, statement: Watched, nowMs: number): void {
  if (statement.brokenOff) client.connection?.stream?.destroy(new Error('Query read timeout: a cancel had no effect'));
  else cancelStatement(client);
  statement.dueMs = statement.brokenOff ? Infinity : nowMs + ANSWER_MS;
  statement.brokenOff = true;
}

/**
 * Asks the server to cancel the statement that runs on a connection, if any. The request is sent without TLS, which the
 * server accepts, as libpq did for decades. Its key keeps it from reaching the statement of another connection.
 */
export function cancelStatement({ host, port, processID, secretKey }: CancellableClient): void {
  if (!host || !port || typeof processID !== 'number' || typeof secretKey !== 'number') return;
  const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  const request = Buffer.alloc(16);
  [16, CANCEL_CODE, processID, secretKey].forEach((word, index) => request.writeInt32BE(word | 0, index * 4));
  socket.setTimeout(ANSWER_MS, () => socket.destroy());
  socket.on('error', () => {});
  socket.end(request);
}
