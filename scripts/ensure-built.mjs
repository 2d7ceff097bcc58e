// Compiles if a file is missing or older than its source. Measures the time as `build`, which the start prints.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isWebStale } from './build-web.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

function projects() {
  return ['apps', 'libs'].flatMap((group) => readdirSync(join(root, group)).map((name) => join(root, group, name)));
}

/** @returns {[source: string, target: string][]} */
function sourcesOf(project) {
  const from = join(project, 'src');
  const names = existsSync(from) ? readdirSync(from, { recursive: true, encoding: 'utf8' }) : [];
  const compiled = names.filter((name) => name.endsWith('.ts') && !/\.(spec|d)\.ts$/.test(name));
  return compiled.map((name) => [join(from, name), join(project, 'dist', name.replace(/\.ts$/, '.js'))]);
}

function modified(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}

function needsBuild() {
  // A production image has no compiler, and the times of its files are those of the copy.
  const canBuild = existsSync(join(root, 'node_modules', '@swc', 'core'));
  const isStale = ([source, target]) =>
    !existsSync(target) || (canBuild && Number(modified(source)) > Number(modified(target)));
  return projects().flatMap(sourcesOf).some(isStale) || (canBuild && isWebStale());
}

/** `quiet`: standard output belongs to the command's answer. */
export function ensureBuilt({ quiet = false } = {}) {
  if (!needsBuild()) return;
  performance.mark('build-start');
  const { status } = spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs')], {
    stdio: ['inherit', quiet ? process.stderr : 'inherit', 'inherit'],
  });
  if (status !== 0) process.exit(status ?? 1);
  performance.measure('build', 'build-start');
}
