import { execFile } from 'node:child_process';
import { mkdir, readdir, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../support/index.js';

const LOCK = join('.data', 'types-lock');
/** A process that was killed leaves its lock. Writing the types takes a tenth of this. */
const ABANDONED_MS = 120_000;
const LIBRARIES = ['libs/jobs', 'libs/jobs-dashboard'];

/** Writes the declaration files of the published packages, unless they are newer than the sources. One process at a time. */
export async function buildTypes(): Promise<void> {
  await mkdir('.data', { recursive: true });
  await eventually(takeLock, { timeoutMs: ABANDONED_MS });
  try {
    if (!(await areFresh())) await promisify(execFile)(process.execPath, ['scripts/build-types.mjs']);
  } finally {
    await rmdir(LOCK);
  }
}

async function takeLock(): Promise<boolean> {
  try {
    await mkdir(LOCK);
    return true;
  } catch {
    const taken = await stat(LOCK).catch(() => null);
    if (taken && Date.now() - taken.mtimeMs > ABANDONED_MS) await rmdir(LOCK);
    return false;
  }
}

async function areFresh(): Promise<boolean> {
  const written = await Promise.all(
    LIBRARIES.map((library) => stat(join(library, 'dist', 'index.d.ts')).catch(() => ({ mtimeMs: 0 }))),
  );
  const sources = await Promise.all(LIBRARIES.map((library) => newestIn(join(library, 'src'))));
  return Math.min(...written.map(({ mtimeMs }) => mtimeMs)) > Math.max(...sources);
}

async function newestIn(folder: string): Promise<number> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const times = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).mtimeMs));
  return Math.max(...times);
}
