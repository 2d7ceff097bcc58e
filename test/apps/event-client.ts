import { API } from './admin-host.js';

export interface ReceivedEvent {
  name: string;
  data: Record<string, unknown>;
}

/** A client of the stream of events, as a page is one. */
export class EventClient {
  readonly events: ReceivedEvent[] = [];
  /** Resolves when the stream has ended, from whichever side. */
  readonly ended: Promise<void>;
  private readonly stopping = new AbortController();

  private constructor(readonly response: Response) {
    this.ended = this.read().catch(() => undefined);
  }

  /** `search`: the query of the address, such as `?job=…`. */
  static async open(address: string, token: string, search = ''): Promise<EventClient> {
    const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' };
    const stopping = new AbortController();
    const client = new EventClient(
      await fetch(`${address}${API}/events${search}`, { headers, signal: stopping.signal }),
    );
    client.stopping.signal.addEventListener('abort', () => stopping.abort());
    return client;
  }

  named(name: string): ReceivedEvent['data'][] {
    return this.events.filter((event) => event.name === name).map(({ data }) => data);
  }

  close(): void {
    this.stopping.abort();
  }

  private async read(): Promise<void> {
    let text = '';
    for await (const part of this.response.body!.pipeThrough(new TextDecoderStream())) {
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
