import type { ServerResponse } from 'node:http';

/** A client that has not taken this much is too slow, in bytes. It connects again when it can. */
const MAX_UNSENT_BYTES = 262_144;
/** How long a client has to take the last events when its stream ends. */
const GRACE_MS = 1_000;
/** After this, the client connects again, and is asked anew whether it may. */
const LIFETIME_MS = 600_000;

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  // Neither a cache nor a compressor keeps an event back.
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  'x-content-type-options': 'nosniff',
};

/** One open stream of server-sent events. */
export class EventStream {
  /** How long it may be open. Different for each stream, so that not all clients come back at once. */
  readonly lifetimeMs = LIFETIME_MS * (1 + Math.random() / 2);

  constructor(
    private readonly response: ServerResponse,
    /** The job whose changes the client wants to hear of. */
    readonly jobId: string | undefined,
  ) {
    // The socket of a client that is gone emits errors, and `close` follows.
    response.on('error', () => {});
    // The connection closes with the stream, so that it does not keep the server open. HTTP/2 has no such header.
    const isSingle = response.req.httpVersionMajor === 1;
    response.writeHead(200, isSingle ? { ...HEADERS, connection: 'close' } : HEADERS);
  }

  whenClosed(onClosed: () => void): void {
    this.response.once('close', onClosed);
  }

  send(event: string, data: object): void {
    this.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Shows proxies and the client that the stream is alive. */
  beat(): void {
    this.write(': beat\n\n');
  }

  end(): void {
    this.response.end();
    setTimeout(() => this.response.destroy(), GRACE_MS).unref();
  }

  private write(text: string): void {
    if (this.response.writableLength > MAX_UNSENT_BYTES) this.response.destroy();
    else this.response.write(text);
  }
}
