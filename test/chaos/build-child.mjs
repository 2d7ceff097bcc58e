// Compiles the processes of the harness once: compiling on the fly would cost each of hundreds of starts half a second.
import { transformFile } from '@swc/core';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const from = fileURLToPath(new URL('child/', import.meta.url));
const to = join(from, 'dist');
const configFile = fileURLToPath(new URL('../../.swcrc', import.meta.url));

export async function buildChild() {
  await mkdir(to, { recursive: true });
  const names = (await readdir(from)).filter((name) => name.endsWith('.ts'));
  await Promise.all(
    names.map(async (name) => {
      const { code } = await transformFile(join(from, name), { configFile, sourceMaps: 'inline' });
      await writeFile(join(to, name.replace(/\.ts$/, '.js')), code);
    }),
  );
}
