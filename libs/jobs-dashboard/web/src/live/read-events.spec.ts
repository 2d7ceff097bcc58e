import { readEvents, type ServerEvent } from './read-events';

function bodyOf(...parts: string[]): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(bytes.encode(part));
      controller.close();
    },
  });
}

describe('a stream of server-sent events', () => {
  it('is read event by event, however it was cut', async () => {
    const events: ServerEvent[] = [];
    let bytes = 0;
    const body = bodyOf(
      'event: hello\ndata: {"role":"viewer"}\n\n: beat\n\neve',
      'nt: job\ndata: {"note":"é: ',
      '7"}\n\nevent: broken\ndata: {\n\ndata: 1\n\nevent: refresh\ndata: {}\n\nevent: unfinished',
    );
    await readEvents(
      body,
      (event) => events.push(event),
      () => bytes++,
    );
    expect(events).toEqual([
      { name: 'hello', data: { role: 'viewer' } },
      { name: 'job', data: { note: 'é: 7' } },
      { name: 'refresh', data: {} },
    ]);
    expect(bytes).toBe(3);
  });
});
