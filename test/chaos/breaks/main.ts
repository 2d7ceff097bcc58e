import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Break } from './break.js';
import { BREAKS } from './breaks.js';
import { BrokenCopy } from './broken-copy.js';

const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));
const NOT_RUN = 2;

type Verdict = 'noticed' | 'not noticed' | 'not run';

/** Breaks one promise after the other, those of the named scenarios or all, and sees whether the harness notices. */
export async function main(scenarios: readonly string[]): Promise<number> {
  const chosen = BREAKS.filter(({ scenario }) => scenarios.length === 0 || scenarios.includes(scenario));
  const copy = await BrokenCopy.of(PROJECT);
  const verdicts: Verdict[] = [];
  try {
    for (const broken of chosen) verdicts.push(await tryBreak(copy, broken));
  } finally {
    await copy.remove();
  }
  const count = (verdict: Verdict) => verdicts.filter((each) => each === verdict).length;
  console.log(`${count('noticed')} noticed, ${count('not noticed')} not noticed, ${count('not run')} not run`);
  return verdicts.length > 0 && count('not noticed') === 0 ? 0 : 1;
}

async function tryBreak(copy: BrokenCopy, { scenario, edits, says, faults }: Break): Promise<Verdict> {
  const options = ['--scenario', scenario, '--smoke', '--seed', '1', ...(faults ? ['--faults', String(faults)] : [])];
  const { code, output } = await copy.broken(edits, () => chaos(copy.folder, options));
  const complaints = output.split('\n').filter((line) => line.startsWith(`${scenario}: `));
  const verdict = verdictOf(code, complaints, says);
  console.log(`${scenario}: ${verdict}`);
  for (const { file, line } of edits) console.log(`  broken: ${file}: ${line.replaceAll(/\s*\n\s*/g, ' ↵ ')}`);
  for (const complaint of complaints) console.log(`  ${complaint}`);
  return verdict;
}

function verdictOf(code: number | null, complaints: readonly string[], says: RegExp): Verdict {
  if (code === NOT_RUN) return 'not run';
  return code === 1 && complaints.some((line) => says.test(line)) ? 'noticed' : 'not noticed';
}

async function chaos(folder: string, options: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['test/chaos/run.mjs', ...options], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit') as Promise<[number | null]>]);
  return { code, output };
}
