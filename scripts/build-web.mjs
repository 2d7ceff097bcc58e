// Builds the pages of the dashboard with Vite, if their sources have changed since the last time, and copies them beside the
// compiled code that serves them.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const web = join(root, 'libs', 'jobs-dashboard', 'web');
const built = join(web, 'dist');
const digestFile = join(built, '.sources');
const target = join(root, 'libs', 'jobs-dashboard', 'dist', 'web', 'bundle');

/** A digest of everything that the pages are made of. The lock file has the versions of their packages, and this file how they are built. */
function digestOfSources() {
  const names = readdirSync(web, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.startsWith(built) && !/\.spec\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash('sha256');
  const others = [join(root, 'package-lock.json'), fileURLToPath(import.meta.url)];
  for (const name of [...names.sort(), ...others.filter(existsSync)])
    hash.update(name.slice(root.length)).update('\0').update(readFileSync(name)).update('\0');
  return hash.digest('hex');
}

function digestOfBuilt() {
  return existsSync(digestFile) ? readFileSync(digestFile, 'utf8') : '';
}

/** Whether the pages are missing, or other than their sources. Without the sources, what is there is taken as it is. */
export function isWebStale() {
  if (!existsSync(join(target, 'index.html'))) return true;
  return existsSync(join(web, 'index.html')) && digestOfBuilt() !== digestOfSources();
}

/** Returns whether they had to be built. */
export async function buildWeb() {
  const digest = digestOfSources();
  const isStale = digestOfBuilt() !== digest;
  if (isStale) {
    // Whoever builds, it is for users: with NODE_ENV=test, Vite would take React's slow build with its checks.
    process.env.NODE_ENV = 'production';
    const { build } = await import('vite');
    await build({ configFile: join(web, 'vite.config.mjs') });
    await writeFile(digestFile, digest);
  }
  await rm(target, { recursive: true, force: true });
  await cp(built, target, { recursive: true, filter: (source) => source !== digestFile });
  return isStale;
}
