// Compiles the processes of the harness once: compiling on the fly would cost each of hundreds of starts half a second.
import { transformFile } from '@swc/core';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const configFile = fileURLToPath(new URL('../../.swcrc', import.meta.url));

export const buildChild = () => build(new URL('child/', import.meta.url));

/** What processes import whose library is to be broken. */
export const buildBreaks = () => build(new URL('breaks/', import.meta.url));

async function build(folder) {
  const from = fileURLToPath(folder);
  const names = (await readdir(from, { recursive: true })).filter((name) => /(?<!\.spec)\.ts$/.test(name));
  await Promise.all(
    names.map(async (name) => {
      const { code } = await transformFile(join(from, name), { configFile, sourceMaps: 'inline' });
      const to = join(from, 'dist', name.replace(/\.ts$/, '.js'));
      await mkdir(dirname(to), { recursive: true });
      await writeFile(to, code);
    }),
  );
}
