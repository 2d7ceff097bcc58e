// Compiles every application and library from src/ to the dist/ beside it. swc only removes the types, file by file,
// which is fast. `npm run typecheck` checks them. Then builds the pages of the dashboard.
import { transformFile } from '@swc/core';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildWeb } from './build-web.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

async function projects() {
  const groups = await Promise.all(
    ['apps', 'libs'].map(async (group) => (await readdir(join(root, group))).map((name) => join(root, group, name))),
  );
  return groups.flat().filter((project) => existsSync(join(project, 'src')));
}

async function compile(source, target) {
  const { code, map } = await transformFile(source, {
    configFile: join(root, '.swcrc'),
    sourceFileName: relative(dirname(target), source),
  });
  await mkdir(dirname(target), { recursive: true });
  await Promise.all([
    writeFile(target, `${code}\n//# sourceMappingURL=${target.split('/').at(-1)}.map\n`),
    writeFile(`${target}.map`, map),
  ]);
}

async function build(project) {
  const from = join(project, 'src');
  const to = join(project, 'dist');
  await rm(to, { recursive: true, force: true });
  const names = (await readdir(from, { recursive: true })).filter(
    (n) => n.endsWith('.ts') && !/\.(spec|d)\.ts$/.test(n),
  );
  await Promise.all(names.map((name) => compile(join(from, name), join(to, name.replace(/\.ts$/, '.js')))));
  return names.length;
}

const started = Date.now();
const counts = await Promise.all((await projects()).map(build));
const pages = (await buildWeb()) ? ' and the pages of the dashboard' : '';
console.log(`Built ${counts.reduce((sum, n) => sum + n, 0)} files${pages} in ${Date.now() - started} ms`);
