import { connect } from 'node:net';
import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { JobService, ProcessesJob, type Job, type JobContext, type JobProcessor } from '@monstera/jobs';
import { JobsDashboardModule } from '@monstera/jobs-dashboard';
import { EventHub } from '../../libs/jobs-dashboard/src/live/event-hub.js';
import { addressOf } from '../dashboard/browser.js';
import { startHttpHost, type HttpHost } from '../jobs/http-host.js';
import { eventually } from '../support/index.js';
import { API, held, TOKEN } from './admin-host.js';
import { EventClient } from './event-client.js';
import { useStarted } from '../support/use-started.js';

const VIEWER = 'token-of-a-viewer';

let release: () => void = () => {};

@Injectable()
@ProcessesJob(held)
class HeldProcessor implements JobProcessor<typeof held> {
  async process(_: Job<typeof held>, { log, progress }: JobContext): Promise<void> {
    log('begins', { at: 1 });
    progress({ percent: 10, note: 'begun' });
    await new Promise<void>((resolve) => (release = resolve));
    log('ends');
  }
}

const adapters: [string, () => AbstractHttpAdapter][] = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
];

describe.each(adapters)('the stream of events on %s', (_, newAdapter) => {
  const host = useStarted((url) => start(url));
  let clients: EventClient[] = [];

  afterEach(() => {
    for (const client of clients) client.close();
    clients = [];
    release();
  });

  const start = (url: string) =>
    startHttpHost({
      url,
      imports: [JobsDashboardModule.forRoot({ production: true, adminToken: TOKEN, viewerToken: VIEWER })],
      providers: [HeldProcessor],
      jobs: { definitions: [held] },
      adapter: newAdapter(),
    });

  const open = async (search = '', token = TOKEN, at: HttpHost = host): Promise<EventClient> => {
    const client = await EventClient.open(addressOf(at), token, search);
    clients.push(client);
    return client;
  };

  it('is for those who may read, says their role, and is kept back by nobody', async () => {
    for (const [token, role] of [
      [TOKEN, 'admin'],
      [VIEWER, 'viewer'],
    ] as const) {
      const client = await open('', token);
      await eventually(() => expect(client.named('hello')).toEqual([{ role }]));
      expect(client.response.headers['content-type']).toMatch(/^text\/event-stream/);
      expect(client.response.headers['cache-control']).toBe('no-store, no-transform');
    }
    const refused = await open('', 'wrong');
    expect(refused.response.statusCode).toBe(401);
    expect((await open('?jobs=1')).response.statusCode).toBe(400);
    expect((await open('?job=7')).response.statusCode).toBe(400);
  });

  it('calls to read again, and at once after a change through this server', async () => {
    const [client] = (await Promise.all([open(), open(), open(), open()])) as [EventClient, ...EventClient[]];
    await eventually(() => expect(client.named('refresh').length).toBeGreaterThan(1));
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    // What pages have read is paid off first: for ten seconds, nothing calls them but a change.
    for (let i = 0; i < 30; i++) await fetch(`${addressOf(host)}${API}/jobs?type=none_${i}`, { headers });
    const before = client.named('refresh').length;
    const body = JSON.stringify({ filter: { type: ['none'] } });
    await fetch(`${addressOf(host)}${API}/jobs/actions/retry`, { method: 'POST', headers, body });
    await eventually(() => expect(client.named('refresh').length).toBeGreaterThan(before));
  });

  it('tells how a job changes, and its new lines', async () => {
    const { id } = await host.get(JobService).enqueue(held, {});
    const [one, other] = [await open(`?job=${id}`), await open(`?job=${id.toUpperCase()}`)];
    const lines = (client: EventClient) =>
      client.named('job').flatMap((job) => (job.lines as { message: string }[]).map(({ message }) => message));
    await eventually(() =>
      expect(one.named('job').at(-1)).toMatchObject({ id, status: 'processing', progress: 10, progressNote: 'begun' }),
    );
    release();
    for (const client of [one, other])
      await eventually(() => expect(client.named('job').at(-1)).toMatchObject({ status: 'completed', ended: true }));
    expect(lines(one)).toEqual(['begins', 'ends']);
    expect(lines(other).at(-1)).toBe('ends');
  });

  it('stays open for a job that does not exist, whose page finds out by reading', async () => {
    const client = await open(`?job=${randomUUID()}`);
    await eventually(() => expect(client.named('refresh').length).toBeGreaterThan(0));
    expect(client.named('job')).toEqual([]);
  });

  it('is answered to a HEAD request without staying open', async () => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const { status } = await fetch(`${addressOf(host)}${API}/events`, { method: 'HEAD', headers });
    expect(status).toBe(200);
  });

  it('drops a client that does not take what it is sent', async () => {
    const { port } = new URL(addressOf(host));
    const socket = connect(Number(port), '127.0.0.1');
    let isClosed = false;
    socket.on('close', () => (isClosed = true)).on('error', () => {});
    socket.write(`GET ${API}/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${TOKEN}\r\n\r\n`);
    await new Promise((resolve) => socket.once('data', resolve));
    socket.pause();
    const hub = host.get(EventHub, { strict: false });
    await eventually(
      () => {
        hub['broadcast']('refresh', { filler: 'x'.repeat(100_000) });
        return hub['streams'].size === 0;
      },
      { intervalMs: 1 },
    );
    socket.resume();
    await eventually(() => expect(isClosed).toBe(true));
  });

  it('ends when the process shuts down, which does not wait for its clients', async () => {
    const short = await start(host.url);
    const client = await open('', TOKEN, short);
    await eventually(() => expect(client.named('hello')).toHaveLength(1));
    const startedMs = performance.now();
    await short.close();
    expect(performance.now() - startedMs).toBeLessThan(3_000);
    await client.ended;
  });

  it('is limited in number', async () => {
    const hub = host.get(EventHub, { strict: false });
    const full = jest.spyOn(hub['streams'], 'size', 'get').mockReturnValue(500);
    const { response } = await open();
    full.mockRestore();
    expect(response.statusCode).toBe(503);
    expect(response.headers['retry-after']).toBe('5');
  });
});
