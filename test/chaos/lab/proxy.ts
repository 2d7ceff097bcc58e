import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { LOOPBACK } from '../../../libs/database/src/embedded-postgres/server-process.js';

/**
 * `reset`: the connection breaks. `black-hole`: it stays open, and nothing passes any more, as behind a router that lost
 * its state. `swallow-reply`: the statement reaches the server and commits, and the connection breaks before the reply.
 */
export type Trouble = 'reset' | 'black-hole' | 'swallow-reply';

export interface Rule {
  /** What a request contains: a statement's name, or its text. */
  matches: RegExp;
  trouble: Trouble;
  /** So many requests get into trouble; the next ones pass. */
  times: number;
}

/** The end of a reply that changed rows, and the server's readiness for the next statement. */
const CHANGED_ROWS = /(?:UPDATE|SELECT|INSERT \d+) [1-9]\d*\0/;
const READY = Buffer.from('5a00000005', 'hex');

/** A TCP proxy in front of PostgreSQL, on a port of the loopback interface, that can do what networks do. */
export class Proxy {
  /** Added to each chunk on its way to the server, in milliseconds. */
  delayMs = 0;
  /** Times that the rule struck. */
  hits = 0;
  private rule: Rule | null = null;
  private readonly links = new Set<Link>();
  private readonly server: Server;

  private constructor(private target: number) {
    this.server = createServer((client) => this.accept(client));
  }

  static async open(target: number): Promise<Proxy> {
    const proxy = new Proxy(target);
    proxy.server.listen(0, LOOPBACK);
    await once(proxy.server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** New connections go to another server from now on; the old ones break. */
  redirect(target: number): void {
    this.target = target;
    for (const link of this.links) link.reset();
  }

  arm(rule: Rule): void {
    this.rule = { ...rule };
    this.hits = 0;
  }

  /** Black-holes, at once, the connections that have ever sent such a request. Answers how many. */
  blackHole(sent: RegExp): number {
    const struck = [...this.links].filter((link) => link.hasSent(sent));
    for (const link of struck) link.silence();
    return struck.length;
  }

  async close(): Promise<void> {
    for (const link of this.links) link.reset();
    this.server.close();
    await once(this.server, 'close');
  }

  private accept(client: Socket): void {
    const link = new Link(client, connect(this.target, LOOPBACK), {
      strike: (request) => this.strike(request),
      delayMs: () => this.delayMs,
      struck: () => this.hits++,
      spared: () => this.rule && this.rule.times++,
      ended: () => this.links.delete(link),
    });
    this.links.add(link);
  }

  private strike(request: string): Trouble | null {
    if (!this.rule || this.rule.times <= 0 || !this.rule.matches.test(request)) return null;
    this.rule.times--;
    return this.rule.trouble;
  }
}

interface LinkEvents {
  strike: (request: string) => Trouble | null;
  delayMs: () => number;
  /** The trouble has happened. */
  struck: () => void;
  /** The trouble was called off: the reply was of no interest. */
  spared: () => void;
  ended: () => void;
}

/** One connection through the proxy. */
class Link {
  private sent = '';
  private silent = false;
  /** The reply that is being held back, until it is known whether it is one to swallow. */
  private held: Buffer[] | null = null;

  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
    private readonly events: LinkEvents,
  ) {
    client.on('data', (chunk) => this.request(chunk));
    server.on('data', (chunk) => this.reply(chunk));
    for (const socket of [client, server]) socket.on('error', () => this.end()).on('close', () => this.end());
  }

  hasSent(pattern: RegExp): boolean {
    return pattern.test(this.sent);
  }

  /** From now on nothing passes. The client's side stays open until the client gives up. */
  silence(): void {
    this.silent = true;
    this.events.struck();
  }

  reset(): void {
    this.client.resetAndDestroy();
    this.server.resetAndDestroy();
  }

  private request(chunk: Buffer): void {
    if (this.silent) return;
    const text = chunk.toString('latin1');
    // Enough to tell a connection by what it is used for; the names of statements stand at a request's start.
    this.sent = (this.sent + text).slice(-20_000);
    const trouble = this.events.strike(text);
    if (trouble === 'reset') {
      this.events.struck();
      return this.reset();
    }
    if (trouble === 'black-hole') return this.silence();
    if (trouble === 'swallow-reply') this.held = [];
    const delayMs = this.events.delayMs();
    if (delayMs > 0) setTimeout(() => this.server.write(chunk), delayMs);
    else this.server.write(chunk);
  }

  private reply(chunk: Buffer): void {
    if (this.silent) return;
    if (!this.held) {
      this.client.write(chunk);
      return;
    }
    this.held.push(chunk);
    const reply = Buffer.concat(this.held);
    if (!reply.includes(READY)) return;
    if (CHANGED_ROWS.test(reply.toString('latin1'))) {
      this.events.struck();
      return this.reset();
    }
    this.held = null;
    this.events.spared();
    this.client.write(reply);
  }

  private end(): void {
    this.client.destroy();
    this.server.destroy();
    this.events.ended();
  }
}
