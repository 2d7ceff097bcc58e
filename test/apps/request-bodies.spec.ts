import type { ReadyApp } from '../support/app-process.js';
import { AppFolder } from '../support/app-process.js';
import type { TestDatabase } from '../support/index.js';
import { createTestDatabase } from '../support/index.js';

describe('bodies that cannot be read', () => {
  let folder: AppFolder;
  let database: TestDatabase;
  let app: ReadyApp;

  beforeAll(async () => {
    [folder, database] = await Promise.all([AppFolder.create(), createTestDatabase()]);
    app = await folder.start({ env: { DATABASE_URL: database.url, JOBS_ROLE: 'producer' } });
  });

  afterAll(() => Promise.all([folder.remove(), database.drop()]));

  async function post(body: string, headers: Record<string, string> = {}, path = '/weekly-reports'): Promise<unknown> {
    const response = await fetch(app.address + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    return { status: response.status, ...((await response.json()) as object) };
  }

  it.each(['{"type": "data_cleanup",}', `{'type': 'data_cleanup'}`, '"text"', '{"type": "data_'])(
    'answers 400 with a code, where and a fix for malformed JSON: %s',
    async (body) => {
      expect(await post(body)).toMatchObject({
        status: 400,
        statusCode: 400,
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

  it('leaves the routes of the admin API to their own answers', async () => {
    expect(await post('{"type": "data_', {}, '/jobs/api/v1/jobs')).toMatchObject({
      status: 400,
      errorCode: 'JOBS_MALFORMED_JSON',
    });
  });
});
