import { connect } from 'node:net';
import type pg from 'pg';

/** What pg's clients have and its types leave out. */
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
/** How long a cancelled statement may take to answer before its connection is given up. */
const ANSWER_MS = 5_000;

/** A statement was broken off because it took too long; it has written nothing. */
export class BrokenOffError extends Error {
  override readonly name = 'BrokenOffError';
  /** SQLSTATE of a cancelled query. */
  readonly code = '57014';
}

/**
 * Cancels statements that take longer than they may, so that they can be tried again in another way. One timer serves
 * them all: setting one for each statement would cost more than the rest of its bookkeeping.
 */
export class BreakOff {
  private readonly watched = new Map<pg.ClientBase, Watched>();
  private timer: NodeJS.Timeout | null = null;
  private firesAtMs = Infinity;

  began(client: pg.ClientBase, afterMs: number): void {
    const dueMs = performance.now() + afterMs;
    this.watched.set(client, { dueMs, brokenOff: false });
    if (dueMs < this.firesAtMs) this.fireAt(dueMs);
  }

  /** Whether the statement was cancelled. */
  ended(client: pg.ClientBase): boolean {
    const { brokenOff = false } = this.watched.get(client) ?? {};
    this.watched.delete(client);
    return brokenOff;
  }

  private fireAt(atMs: number): void {
    if (this.timer) clearTimeout(this.timer);
    this.firesAtMs = atMs;
    this.timer = setTimeout(() => this.look(), Math.ceil(atMs - performance.now())).unref();
  }

  private look(): void {
    this.timer = null;
    this.firesAtMs = Infinity;
    const nowMs = performance.now();
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
 * Asks the server to cancel what runs on a connection, if anything does. Sent without TLS, as libpq did for decades: the
 * server takes it before it asks for any. The key in it makes sure that it cannot reach the statement of somebody else.
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
