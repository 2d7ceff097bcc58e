import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { API } from './admin-host.js';

export interface ReceivedEvent {
  name: string;
  data: Record<string, unknown>;
}

/** A client of the stream of events, as a page is one, on a connection of its own. */
export class EventClient {
  readonly events: ReceivedEvent[] = [];
  /** Resolves when the stream has ended, from whichever side. */
  readonly ended: Promise<void>;

  private constructor(readonly response: IncomingMessage) {
    this.ended = this.read().catch(() => undefined);
  }

  /** `search`: the query of the address, such as `?job=…`. */
  static async open(address: string, token: string, search = ''): Promise<EventClient> {
    const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' };
    const sent = request(`${address}${API}/events${search}`, { headers, agent: false });
    sent.on('error', () => {}).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return new EventClient(response);
  }

  named(name: string): ReceivedEvent['data'][] {
    return this.events.filter((event) => event.name === name).map(({ data }) => data);
  }

  close(): void {
    this.response.destroy();
  }

  private async read(): Promise<void> {
    this.response.setEncoding('utf8');
    let text = '';
    for await (const part of this.response as AsyncIterable<string>) {
      const blocks = (text + part).split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks) this.add(block);
    }
  }

  private add(block: string): void {
    const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
    if (name) this.events.push({ name, data: JSON.parse(data!) as ReceivedEvent['data'] });
  }
}
