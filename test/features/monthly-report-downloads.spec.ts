import { StorageService } from '@monstera/storage';
import { get, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { eventually } from '../support/index.js';
import { startFeatures, type FeaturesHost, type FeaturesOptions } from './features-host.js';
import { useDatabase } from '../support/use-database.js';
import { useS3Server } from '../support/s3-server.js';

/** The whole crowd of the figures in docs/operations.md with MONSTERA_DOWNLOADS=1000. */
const DOWNLOADS = Number(process.env.MONSTERA_DOWNLOADS ?? 200);
const SIZE = 200_000;
const BODY = Buffer.alloc(SIZE, 'workbook');
/** More than the buffers of all sockets on the way hold. */
const HUGE = 32 * 1024 * 1024;

const s3 = useS3Server();
const database = useDatabase();
let host: FeaturesHost | undefined;
let clients = new Set<Socket>();

beforeEach(() => {
  s3.requests.length = 0;
  s3.intercept = serve;
});

afterEach(async () => {
  clients.forEach((socket) => socket.destroy());
  await host?.close();
  host = undefined;
});

async function start(storage: NonNullable<FeaturesOptions['storage']> = {}): Promise<FeaturesHost> {
  const { endpoint, bucket, accessKeyId, secretAccessKey } = s3;
  const own = { endpoint, bucket, accessKeyId, secretAccessKey, forcePathStyle: true };
  host = await startFeatures({ databaseUrl: database.url, storage: { ...own, ...storage } });
  const server = host.app.getHttpServer() as Server;
  clients = new Set();
  server.on('connection', (socket: Socket) => {
    clients.add(socket);
    socket.on('close', () => clients.delete(socket));
  });
  await host.app.listen(0, '127.0.0.1');
  return host;
}

/** 2024 is answered whole, 2023 stalls after some bytes, 2022 never begins, 2021 is huge. */
function serve(request: IncomingMessage, response: ServerResponse): boolean {
  const [, year] = /monthly-reports\/(\d{4})/.exec(request.url ?? '') ?? [];
  if (request.method !== 'GET' || !year) return false;
  if (year === '2022') return true;
  const body = year === '2021' ? Buffer.alloc(HUGE) : BODY;
  response.writeHead(200, { 'content-length': body.length });
  if (year === '2023') response.write(body.subarray(0, 1_000));
  else response.end(body);
  return true;
}

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

function ask(month: string): ClientRequest {
  const { port } = (host!.app.getHttpServer() as Server).address() as AddressInfo;
  return get({ host: '127.0.0.1', port, path: `/monthly-reports/${month}`, agent: false });
}

function responseOf(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => request.once('response', resolve).once('error', reject));
}

async function download(month: string): Promise<Answer> {
  const response = await responseOf(ask(month));
  const { statusCode = 0, headers } = response;
  return { status: statusCode, headers, body: await buffer(response) };
}

const errorOf = ({ body }: Answer) => JSON.parse(body.toString()) as object;
const noSockets = () => s3.sockets.size === 0 && clients.size === 0;

describe('a download', () => {
  it('comes whole, with its length', async () => {
    await start();

    const answer = await download('2024-01');

    expect(answer).toMatchObject({ status: 200, headers: { 'content-length': String(SIZE) } });
    expect(answer.body.equals(BODY)).toBe(true);
  });

  it('that stalls is cut, so that nobody takes a part for the whole', async () => {
    await start({ limits: { idleMs: 300 } });

    await expect(download('2023-01')).rejects.toThrow('aborted');

    expect(await eventually(noSockets)).toBe(true);
  });

  it('that never begins is answered with a code, and when to try again', async () => {
    await start({ limits: { idleMs: 300 } });

    const answer = await download('2022-01');

    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '30' } });
    expect(errorOf(answer)).toMatchObject({ errorCode: 'STORAGE_UNAVAILABLE', fix: expect.stringContaining('again') });
    expect(await eventually(noSockets)).toBe(true);
  });

  it.each([
    ['SlowDown', 503, 503, 'STORAGE_UNAVAILABLE'],
    ['InvalidAccessKeyId', 403, 502, 'STORAGE_DENIED'],
    ['NoSuchBucket', 404, 502, 'STORAGE_DENIED'],
    ['InvalidObjectState', 403, 502, 'STORAGE_REFUSED'],
  ])("that S3 answers with %s has a code and nothing of S3's words", async (code, s3Status, status, errorCode) => {
    s3.intercept = undefined;
    s3.refusal = { status: s3Status, code };
    await start();

    const answer = await download('2024-01');

    s3.refusal = undefined;
    expect(answer.status).toBe(status);
    const words: unknown = expect.any(String);
    expect(errorOf(answer)).toEqual({ statusCode: status, errorCode, message: words, issues: [], fix: words });
    expect(answer.body.toString()).not.toMatch(/monstera|as told/);
  });

  it('ends with its client, before the first byte and after it', async () => {
    await start();
    const early = ask('2022-01').on('error', () => undefined);
    const late = ask('2023-01').on('error', () => undefined);
    await responseOf(late);
    await eventually(() => s3.requests.length === 2);

    early.destroy();
    late.destroy();

    expect(await eventually(noSockets)).toBe(true);
  });

  it('whose client takes no bytes is cut', async () => {
    await start({ limits: { idleMs: 300 } });
    const response = await responseOf(ask('2021-01'));
    response.on('error', () => undefined).pause();

    expect(await eventually(noSockets)).toBe(true);

    response.destroy();
  });

  it('whose client takes no bytes is cut too while its last bytes wait in the socket', async () => {
    await start({ limits: { idleMs: 300 } });
    s3.intercept = (request, response) => {
      response.end(Buffer.alloc(Number(request.url?.match(/(\d{4})-12/)?.[1]) * 1024));
      return true;
    };
    // Where the buffers of the sockets end is the system's secret: some of these end just there.
    const requests = Array.from({ length: 100 }, (_, i) => ask(`${2000 + i * 50}-12`).on('error', () => undefined));
    const responses = await Promise.all(requests.map(responseOf));
    for (const response of responses) response.on('error', () => undefined).pause();

    expect(await eventually(noSockets)).toBe(true);

    for (const response of responses) response.destroy();
  });

  it('beyond the bound waits for its turn, and is told to come back if none comes', async () => {
    await start({ limits: { idleMs: 2_000, maxDownloads: 1, downloadWaitMs: 200 } });
    const stalled = ask('2023-01').on('error', () => undefined);
    await responseOf(stalled);

    const refused = await download('2024-01');
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect(errorOf(refused)).toMatchObject({ errorCode: 'STORAGE_BUSY' });

    const waiting = download('2024-01');
    stalled.destroy();
    expect(await waiting).toMatchObject({ status: 200 });
  });
});

describe('a download from a folder', () => {
  const files = { bucket: undefined };

  it.each([
    ['bytes', BODY],
    ['nothing', Buffer.alloc(0)],
  ])('of %s comes whole, with its length', async (_what, body) => {
    const running = await start(files);
    await running.get(StorageService).put('monthly-reports/2024-01.xlsx', body, 'application/octet-stream');

    const answer = await download('2024-01');

    expect(answer).toMatchObject({ status: 200, headers: { 'content-length': String(body.length) } });
    expect(answer.body.equals(body)).toBe(true);
  });

  it('ends with its client', async () => {
    const running = await start(files);
    await running
      .get(StorageService)
      .put('monthly-reports/2021-01.xlsx', Buffer.alloc(HUGE), 'application/octet-stream');
    const request = ask('2021-01').on('error', () => undefined);
    (await responseOf(request)).on('error', () => undefined).pause();

    request.destroy();

    expect(await eventually(() => clients.size === 0)).toBe(true);
  });

  it('is not found where the key is a folder', async () => {
    const running = await start(files);
    await running.get(StorageService).put('monthly-reports/2024-01.xlsx/a', BODY, 'text/plain');

    expect(await download('2024-01')).toMatchObject({ status: 404 });
  });
});

it('a crowd of which a fifth stalls and a third leaves holds nobody up, and leaves no socket behind', async () => {
  const idleMs = 4_000 + 10 * DOWNLOADS;
  const running = await start({ limits: { idleMs } });
  const stalls = Array.from({ length: DOWNLOADS / 5 }, () => ask('2023-01').on('error', () => undefined));
  const leaving = Array.from({ length: (DOWNLOADS * 3) / 10 }, () => ask('2023-02').on('error', () => undefined));
  await Promise.all(stalls.map(responseOf));
  const startedMs = performance.now();

  const serving = Array.from({ length: DOWNLOADS / 2 }, () => download('2024-01'));
  const storing = running.get(StorageService).put('a/b.txt', Buffer.from('kept'), 'text/plain');
  leaving.forEach((request) => request.destroy());
  const answers = await Promise.all(serving);
  await storing;
  const servedMs = performance.now() - startedMs;

  expect(clients.size).toBeGreaterThanOrEqual(stalls.length);
  expect(answers.filter(({ status, body }) => status === 200 && body.length === SIZE)).toHaveLength(DOWNLOADS / 2);
  expect((await running.get(StorageService).get('a/b.txt'))?.toString()).toBe('kept');
  await eventually(() => clients.size === 0, { timeoutMs: idleMs + 5_000 });
  // Connections that are kept for the next call end with the application.
  await host?.close().finally(() => (host = undefined));
  await eventually(() => s3.sockets.size === 0);
  if (process.env.MONSTERA_DOWNLOADS) console.log(`${answers.length} served in ${Math.round(servedMs)} ms`);
}, 120_000);
