import { startEmbeddedPostgres } from '@monstera/database';
import { join } from 'node:path';
import { useAppFolder } from '../support/app-process.js';

jest.setTimeout(60_000);

describe('npm run jobs', () => {
  const folder = useAppFolder();

  const jobs = (...args: string[]) => folder.run({ script: 'scripts/jobs.mjs', args });

  it('uses the embedded database of an application that is running, and starts it if none is', async () => {
    const running = await startEmbeddedPostgres({ dataDir: join(folder.path, '.data', 'postgres') });
    const besides = await jobs('migrate', '--json');
    await running.stop();

    expect(besides).toMatchObject({ exit: 0, output: expect.stringMatching(/^\{"ran":\["CreateJobs/) });
    expect(await jobs('count', '--json')).toMatchObject({ exit: 0, output: '{"count":0,"capped":false}\n' });
  });
});
