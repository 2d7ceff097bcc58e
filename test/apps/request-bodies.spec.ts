import type { AppProcess } from '../support/app-process.js';
import { createAppFolder, startApp } from '../support/app-process.js';
import type { TestDatabase } from '../support/index.js';
import { createTestDatabase } from '../support/index.js';

describe('bodies that cannot be read', () => {
  let folder: Awaited<ReturnType<typeof createAppFolder>>;
  let database: TestDatabase;
  let app: AppProcess & { address: string };

  beforeAll(async () => {
    [folder, database] = await Promise.all([createAppFolder(), createTestDatabase()]);
    app = await startApp({ cwd: folder.path, env: { DATABASE_URL: database.url, JOBS_ROLE: 'producer' } });
  });

  afterAll(async () => {
    await app.end('SIGKILL');
    await Promise.all([folder.remove(), database.drop()]);
  });

  async function post(body: string, headers: Record<string, string> = {}): Promise<unknown> {
    const response = await fetch(`${app.address}/jobs/api/v1/jobs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    return { status: response.status, ...((await response.json()) as object) };
  }

  it.each(['{"type": "data_cleanup",}', `{'type': 'data_cleanup'}`, '"text"', '{"type": "data_'])(
    'answers 400 with a code and a fix for malformed JSON: %s',
    async (body) => {
      expect(await post(body)).toMatchObject({
        status: 400,
        statusCode: 400,
        code: 'MONSTERA_MALFORMED_JSON',
        fix: expect.stringContaining('double quotes'),
      });
    },
  );

  it('answers 413 for a body over 1 MB', async () => {
    expect(await post(JSON.stringify({ payload: 'x'.repeat(1_100_000) }))).toMatchObject({
      status: 413,
      code: 'MONSTERA_BODY_TOO_LARGE',
    });
  });

  it('answers 415 for a character set or an encoding that it does not know', async () => {
    expect(await post('{}', { 'content-type': 'application/json; charset=klingon' })).toMatchObject({
      status: 415,
      code: 'MONSTERA_UNSUPPORTED_CHARSET',
    });
    expect(await post('{}', { 'content-encoding': 'zip' })).toMatchObject({
      status: 415,
      code: 'MONSTERA_UNSUPPORTED_ENCODING',
    });
  });
});
