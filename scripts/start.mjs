// `npm start`: builds when something is missing or older than its source, then runs the API in this very process, so
// that a signal sent to `npm start` reaches the application and nothing in between.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

function sources() {
  const projects = ['apps', 'libs'].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => join(root, group, name)),
  );
  return projects.flatMap((project) => {
    const from = join(project, 'src');
    const names = existsSync(from) ? readdirSync(from, { recursive: true }) : [];
    const compiled = names.filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'));
    return compiled.map((name) => [join(from, name), join(project, 'dist', name.replace(/\.ts$/, '.js'))]);
  });
}

const modified = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? -1;

function needsBuild() {
  // An image for production has no compiler, and the times of its files say when they were copied.
  const canBuild = existsSync(join(root, 'node_modules', '@swc', 'core'));
  return sources().some(([source, target]) => !existsSync(target) || (canBuild && modified(source) > modified(target)));
}

if (needsBuild()) {
  performance.mark('build-start');
  const { status } = spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs')], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  performance.measure('build', 'build-start');
}
await import('../apps/api/dist/main.js');
