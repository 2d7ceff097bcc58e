import { gzipSync } from 'node:zlib';
import { type ReadyApp, useAppFolder } from '../support/app-process.js';
import { useDatabase } from '../support/use-database.js';

function brokenGzip(): Buffer {
  const body = gzipSync(JSON.stringify({ summary: 'x'.repeat(500) }));
  body.fill(0xff, 12, 20);
  return body;
}

describe('requests that cannot be read', () => {
  const folder = useAppFolder();
  const database = useDatabase();
  let app: ReadyApp;

  beforeAll(async () => {
    app = await folder.start({ env: { DATABASE_URL: database.url, JOBS_ROLE: 'producer' }, readyWithinMs: 60_000 });
  }, 90_000);

  async function post(
    body: string | Buffer,
    headers: Record<string, string> = {},
    path = '/weekly-reports',
  ): Promise<unknown> {
    const response = await fetch(app.address + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    return { status: response.status, ...((await response.json()) as object) };
  }

  it.each(['{"type": "data_cleanup",}', `{'type': 'data_cleanup'}`, '"text"', '{"type": "data_'])(
    'answers 400 with a code, where and a fix for malformed JSON: %s',
    async (body) => {
      expect(await post(body)).toMatchObject({
        status: 400,
        title: 'Bad Request',
        errorCode: 'MONSTERA_MALFORMED_JSON',
        issues: [{ path: 'body', message: expect.stringContaining('JSON') }],
        fix: expect.stringContaining('double quotes'),
      });
    },
  );

  it('answers 413 for a body over 1 MB', async () => {
    expect(await post(JSON.stringify({ payload: 'x'.repeat(1_100_000) }))).toMatchObject({
      status: 413,
      errorCode: 'MONSTERA_BODY_TOO_LARGE',
    });
  });

  it('answers 415 for a character set or an encoding that it does not know', async () => {
    expect(await post('{}', { 'content-type': 'application/json; charset=klingon' })).toMatchObject({
      status: 415,
      errorCode: 'MONSTERA_UNSUPPORTED_CHARSET',
    });
    expect(await post('{}', { 'content-encoding': 'zip' })).toMatchObject({
      status: 415,
      errorCode: 'MONSTERA_UNSUPPORTED_ENCODING',
    });
  });

  it.each([
    ['gzip that is none', Buffer.from('{}'), 'gzip'],
    ['gzip with a broken end', gzipSync('{"week":"2024-W03"}').subarray(0, 30), 'gzip'],
    ['gzip with a broken middle', brokenGzip(), 'gzip'],
    ['deflate that is none', Buffer.from('{}'), 'deflate'],
    ['brotli that is none', Buffer.from('{}'), 'br'],
  ])('answers 400 for %s', async (_name, body, encoding) => {
    expect(await post(body, { 'content-encoding': encoding })).toMatchObject({
      status: 400,
      errorCode: 'MONSTERA_UNREADABLE_REQUEST',
      issues: [{ path: 'body' }],
    });
    expect(await post(body, { 'content-encoding': encoding }, '/jobs/api/v1/jobs')).toMatchObject({
      status: 400,
      errorCode: 'JOBS_UNREADABLE_BODY',
    });
  });

  it.each([
    ['/weekly-reports/%ff', 'MONSTERA_MALFORMED_URL'],
    ['/users/%E0%A4', 'MONSTERA_MALFORMED_URL'],
    ['/monthly-reports/%', 'MONSTERA_MALFORMED_URL'],
    ['/jobs/api/v1/jobs/%ff/cancel', 'JOBS_MALFORMED_URL'],
  ])('answers 400 for the address %s', async (path, errorCode) => {
    const answers = ['GET', 'POST', 'PATCH', 'DELETE'].map(async (method) => {
      const response = await fetch(app.address + path, { method });
      return { status: response.status, code: ((await response.json()) as { errorCode: string }).errorCode };
    });

    expect(await Promise.all(answers)).toContainEqual({ status: 400, code: errorCode });
  });

  it('leaves the routes of the admin API to their own answers', async () => {
    expect(await post('{"type": "data_', {}, '/jobs/api/v1/jobs')).toMatchObject({
      status: 400,
      errorCode: 'JOBS_MALFORMED_JSON',
    });
  });
});
