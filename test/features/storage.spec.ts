import { PermanentJobError } from '@monstera/jobs';
import { StorageModule, StorageService, type StorageModuleOptions } from '@monstera/storage';
import type { TestingModule } from '@nestjs/testing';
import { Test } from '@nestjs/testing';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/index.js';
import { startS3Server, type S3TestServer } from '../support/s3-server.js';

const KEY = 'monthly-reports/2024-01.xlsx';

let dir: string;
const modules: TestingModule[] = [];

async function storageService(options: Partial<StorageModuleOptions> = {}): Promise<StorageService> {
  const module = await Test.createTestingModule({ imports: [StorageModule.forRoot({ dir, ...options })] }).compile();
  modules.push(await module.init());
  return module.get(StorageService);
}

/** Announces more than comes. */
function stallingBody(_request: unknown, response: ServerResponse): boolean {
  response.writeHead(200, { 'content-length': 1_000 });
  response.write('x');
  return true;
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'monstera-storage-'));
});

afterEach(async () => {
  await Promise.all(modules.splice(0).map((module) => module.close()));
});

afterAll(() => rm(dir, { recursive: true, force: true }));

describe('storage in an S3 bucket', () => {
  let server: S3TestServer;

  beforeAll(async () => {
    server = await startS3Server();
  });

  beforeEach(() => {
    server.requests.length = 0;
    server.refusal = undefined;
    server.silent = false;
    server.intercept = undefined;
  });

  afterAll(() => server.stop());

  function bucket(options: Partial<StorageModuleOptions> = {}): Promise<StorageService> {
    const { endpoint, bucket: name, accessKeyId, secretAccessKey } = server;
    return storageService({ endpoint, bucket: name, accessKeyId, secretAccessKey, forcePathStyle: true, ...options });
  }

  it('gives back the bytes that were put last', async () => {
    const storage = await bucket();
    await storage.put(KEY, Buffer.from('first'), 'text/plain');
    await storage.put(KEY, Buffer.from([0, 255, 10, 13]), 'application/octet-stream');

    expect(await storage.get(KEY)).toEqual(Buffer.from([0, 255, 10, 13]));
    expect(server.requests[0]).toBe(`PUT /monstera/${KEY}`);
  });

  it('has null for a key that holds nothing', async () => {
    expect(await (await bucket()).get('monthly-reports/1999-01.xlsx')).toBeNull();
  });

  it.each([
    ['the bucket does not exist', { bucket: 'nowhere' }, 'bucket "nowhere" answered NoSuchBucket'],
    ['the access key is unknown', { accessKeyId: 'WRONG' }, 'bucket "monstera" answered InvalidAccessKeyId'],
  ])('is denied, but not for good, when %s', async (_what, options, message) => {
    const putting = (await bucket(options)).put(KEY, Buffer.from('x'), 'text/plain');

    await expect(putting).rejects.not.toBeInstanceOf(PermanentJobError);
    await expect(putting).rejects.toThrow(`STORAGE_DENIED: ${message}`);
  });

  it('fails for good when this one object is refused', async () => {
    server.refusal = { status: 400, code: 'EntityTooLarge' };
    const putting = (await bucket()).put(KEY, Buffer.from('x'), 'text/plain');

    await expect(putting).rejects.toBeInstanceOf(PermanentJobError);
    await expect(putting).rejects.toThrow('STORAGE_REFUSED: bucket "monstera" answered EntityTooLarge');
  });

  it.each([
    ['the server is overloaded', { status: 503, code: 'SlowDown' }],
    ['the server fails', { status: 500, code: 'InternalError' }],
    ['the key was rotated', { status: 403, code: 'InvalidAccessKeyId' }],
  ])('can be tried again when %s', async (_what, refusal) => {
    server.refusal = refusal;
    const storage = await bucket();
    const failure: unknown = await storage.put(KEY, Buffer.from('x'), 'text/plain').catch((error: unknown) => error);

    expect(failure).toMatchObject({ message: expect.stringContaining(refusal.code) });
    expect(failure).not.toBeInstanceOf(PermanentJobError);

    server.refusal = undefined;
    await storage.put(KEY, Buffer.from('again'), 'text/plain');
    expect(await storage.get(KEY)).toEqual(Buffer.from('again'));
  });

  it('can be tried again when nothing listens', async () => {
    const gone = await startS3Server();
    await gone.stop();
    const storage = await bucket({ endpoint: gone.endpoint });

    const failure: unknown = await storage.get(KEY).catch((error: unknown) => error);

    expect(failure).toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      message: expect.stringMatching(/ECONNREFUSED[^]*S3_ENDPOINT/),
    });
    expect(failure).not.toBeInstanceOf(PermanentJobError);
  });

  it.each([
    ['no answer at all', () => true],
    ['half an answer', stallingBody],
  ])('gives a get up that meets %s, with its socket', async (_what, intercept) => {
    server.intercept = intercept;
    const storage = await bucket({ limits: { idleMs: 200 } });

    await expect(storage.get(KEY)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });

    await eventually(() => server.sockets.size === 0);
  });

  it('gives a get up whose bytes trickle beyond the time for the whole', async () => {
    const timers: NodeJS.Timeout[] = [];
    server.intercept = (_request, response) => {
      response.writeHead(200, { 'content-length': 1_000 });
      timers.push(setInterval(() => response.write('x'), 20));
      return true;
    };
    const storage = await bucket({ limits: { idleMs: 5_000, transferMs: 400 } });

    await expect(storage.get(KEY)).rejects.toMatchObject({ code: 'STORAGE_TOO_SLOW' });

    await eventually(() => server.sockets.size === 0);
    timers.forEach((timer) => clearInterval(timer));
  });

  it('does not take the first part of a body for the whole', async () => {
    server.intercept = (_request, response) => {
      response.writeHead(200, { 'content-length': 1_000 });
      response.write('x', () => response.destroy());
      return true;
    };

    await expect((await bucket()).get(KEY)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  });

  it('gives an upload up whose answer does not come in the time for the whole', async () => {
    server.silent = true;
    const storage = await bucket({ limits: { transferMs: 300 } });

    const putting = storage.put(KEY, Buffer.from('x'), 'text/plain');

    await expect(putting).rejects.toMatchObject({ code: 'STORAGE_TOO_SLOW' });
    await eventually(() => server.sockets.size === 0);
  });

  it('gives a transfer up with the reason of the signal', async () => {
    server.silent = true;
    const abort = new AbortController();
    const putting = (await bucket()).put(KEY, Buffer.from('x'), 'text/plain', { signal: abort.signal });
    const outcome = putting.catch((error: unknown) => error);
    await eventually(() => server.requests.length === 1);

    abort.abort(new Error('shutting down'));

    expect(await outcome).toMatchObject({ message: 'shutting down' });
  });

  it('asks nothing of the server for a signal that has fired', async () => {
    const signal = AbortSignal.abort(new Error('shutting down'));

    const putting = (await bucket()).put(KEY, Buffer.from('x'), 'text/plain', { signal });

    await expect(putting).rejects.toThrow('shutting down');
    expect(server.requests).toEqual([]);
  });
});

describe('storage without a bucket', () => {
  it('keeps files, whole, with no draft left behind', async () => {
    const storage = await storageService();
    await storage.put(KEY, Buffer.from('first'), 'text/plain');
    await storage.put(KEY, Buffer.from('second'), 'text/plain');

    expect(await storage.get(KEY)).toEqual(Buffer.from('second'));
    expect(await readdir(join(dir, 'monthly-reports'))).toEqual(['2024-01.xlsx']);
    expect(await storage.get('monthly-reports/1999-01.xlsx')).toBeNull();
  });

  it('refuses a key that would leave its folder', async () => {
    const storage = await storageService();

    await expect(storage.put('../outside', Buffer.from('x'), 'text/plain')).rejects.toThrow('STORAGE_INVALID_KEY');
    await expect(storage.get('../../etc/passwd')).rejects.toBeInstanceOf(PermanentJobError);
  });
});
