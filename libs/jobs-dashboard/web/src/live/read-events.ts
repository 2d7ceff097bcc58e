export interface ServerEvent {
  name: string;
  data: unknown;
}

/** Reads server-sent events until the stream ends. `onBytes` is called for everything that arrives, also for heartbeats. */
export async function readEvents(
  body: ReadableStream<Uint8Array>,
  onEvent: (event: ServerEvent) => void,
  onBytes: () => void,
): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onBytes();
    const blocks = (text + decoder.decode(value, { stream: true })).split('\n\n');
    text = blocks.pop() ?? '';
    for (const event of blocks.map(eventOf)) if (event) onEvent(event);
  }
}

/** Null for a comment, and for what this page does not understand. */
function eventOf(block: string): ServerEvent | null {
  const fields = new Map(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const name = fields.get('event');
  if (name === undefined) return null;
  try {
    return { name, data: JSON.parse(fields.get('data') ?? 'null') as unknown };
  } catch {
    return null;
  }
}
