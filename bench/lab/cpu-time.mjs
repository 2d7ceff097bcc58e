import { readdir, readFile } from 'node:fs/promises';

/** Linux reports CPU time in ticks of 1/100 s, independent of the kernel's timer. */
const MS_PER_TICK = 10;

/**
 * CPU time of a server and its children so far, in milliseconds. The parent's time includes children that have ended. Null
 * without /proc.
 */
export async function treeCpuMs(pid) {
  const root = await readStat(pid);
  if (!root) return null;
  const others = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== pid);
  const stats = await Promise.all(others.map(readStat));
  const children = stats.flatMap((stat) => (stat && stat.parent === pid ? [stat.own] : []));
  const ticks = children.reduce((sum, own) => sum + own, root.own + root.ended);
  return ticks * MS_PER_TICK;
}

/** The parent of a process, or null without /proc. */
export async function parentOf(pid) {
  return (await readStat(pid))?.parent ?? null;
}

async function readStat(pid) {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  // The second field is the command in parentheses. It can contain spaces and parentheses itself.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [parent, user, system, endedUser, endedSystem] = [1, 11, 12, 13, 14].map((index) => fields[index]);
  return { parent, own: user + system, ended: endedUser + endedSystem };
}
