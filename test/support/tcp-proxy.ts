import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

interface Line {
  client: Socket;
  server: Socket;
}

/**
 * A TCP proxy in front of a server that can turn into a black hole: lines stay open, and nothing passes them any more. That is
 * what a cut cable or a firewall that forgot a connection looks like; no side is told.
 */
export class TcpProxy {
  private readonly lines = new Set<Line>();
  private swallowing = false;
  private readonly listener = createServer((client) => this.accept(client));

  private constructor(private target: { host: string; port: number }) {}

  static async to(url: string): Promise<TcpProxy> {
    const proxy = new TcpProxy(addressOf(url));
    proxy.listener.listen(0, '127.0.0.1');
    await once(proxy.listener, 'listening');
    return proxy;
  }

  /** The given URL, through this proxy. */
  through(url: string): string {
    const rerouted = new URL(url);
    rerouted.hostname = '127.0.0.1';
    rerouted.port = String((this.listener.address() as AddressInfo).port);
    return rerouted.href;
  }

  /** Where new lines lead from now on: to a server that came back on another port, say. */
  leadTo(url: string): void {
    this.target = addressOf(url);
  }

  /** Lines that the client side holds open. */
  get open(): number {
    return [...this.lines].filter(({ client }) => !client.destroyed).length;
  }

  /** Lines that are open now lead nowhere from now on; later ones work. */
  swallowOpen(): void {
    for (const { client, server } of this.lines) {
      client.unpipe(server);
      server.unpipe(client);
      client.resume();
      server.resume();
    }
  }

  /** As `swallowOpen`, and new lines are accepted but lead nowhere either, until `restore`. */
  swallowAll(): void {
    this.swallowing = true;
    this.swallowOpen();
  }

  restore(): void {
    this.swallowing = false;
  }

  /** Cuts every line, so that both sides notice. */
  reset(): void {
    for (const { client, server } of this.lines) {
      client.resetAndDestroy();
      server.destroy();
    }
  }

  async close(): Promise<void> {
    this.reset();
    this.listener.close();
    await once(this.listener, 'close');
  }

  private accept(client: Socket): void {
    const server = connect(this.target);
    const line = { client, server };
    this.lines.add(line);
    client.on('error', () => {}).on('close', () => server.destroy());
    server
      .on('error', () => {})
      .on('close', () => {
        this.lines.delete(line);
        if (!this.swallowing) client.destroy();
      });
    if (this.swallowing) return void client.resume();
    client.pipe(server);
    server.pipe(client);
  }
}

function addressOf(url: string): { host: string; port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port || 5432) };
}
