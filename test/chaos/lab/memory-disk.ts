import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';

/** A disk in memory, small enough to be filled. Needs root. */
export async function mountMemoryDisk(path: string, sizeMiB: number): Promise<void> {
  await mkdir(path);
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMiB}m,mode=755`, 'none', path]);
  if (status !== 0) throw new Error(`No tmpfs could be mounted on ${path}: ${stderr.toString().trim()}`);
}

/** Lazily: it goes once the last process has left it. */
export function unmountMemoryDisk(path: string): void {
  spawnSync('umount', ['-l', path]);
}

export function canMount(): boolean {
  return spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;
}
