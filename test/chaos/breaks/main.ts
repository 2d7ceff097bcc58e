import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describeReplacement, type Break } from './break.js';
import { BREAKS } from './breaks.js';

const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));
const NOT_RUN = 2;

type Verdict = 'noticed' | 'not noticed' | 'not run';

/**
 * Breaks one promise after the other, those of the named scenarios or all, and sees whether the harness notices. With
 * `--dry-run` it only sees whether the built library can be broken, all at once. Answers the exit code.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const scenarios = argv.filter((argument) => argument !== '--dry-run');
  const chosen = BREAKS.filter(({ scenario }) => scenarios.length === 0 || scenarios.includes(scenario));
  if (scenarios.length < argv.length) return dryRun(chosen.map(({ scenario }) => scenario));
  const verdicts: Verdict[] = [];
  for (const broken of chosen) verdicts.push(await tryBreak(broken));
  const count = (verdict: Verdict) => verdicts.filter((each) => each === verdict).length;
  console.log(`${count('noticed')} noticed, ${count('not noticed')} not noticed, ${count('not run')} not run`);
  return verdicts.length > 0 && count('not noticed') === 0 ? 0 : 1;
}

async function tryBreak({ scenario, replacements, says, faults }: Break): Promise<Verdict> {
  const options = ['--scenario', scenario, '--smoke', '--seed', '1', ...(faults ? ['--faults', String(faults)] : [])];
  const { code, output } = await runBroken([scenario], 'test/chaos/run.mjs', options);
  const complaints = output.split('\n').filter((line) => line.startsWith(`${scenario}: `));
  const verdict = verdictOf(code, complaints, says);
  console.log(`${scenario}: ${verdict}`);
  for (const replacement of replacements) console.log(`  broken: ${describeReplacement(replacement)}`);
  for (const complaint of complaints) console.log(`  ${complaint}`);
  return verdict;
}

function verdictOf(code: number | null, complaints: readonly string[], says: RegExp): Verdict {
  if (code === NOT_RUN) return 'not run';
  return code === 1 && complaints.some((line) => says.test(line)) ? 'noticed' : 'not noticed';
}

async function dryRun(scenarios: string[]): Promise<number> {
  const { code, output } = await runBroken(scenarios, 'test/chaos/breaks/dist/dry-run.js', scenarios);
  console.log(output.trimEnd());
  return code ?? 1;
}

/** Runs a program with the library broken in its process and, if it is the harness, in those of its workers. */
async function runBroken(
  scenarios: string[],
  program: string,
  args: string[],
): Promise<{ code: number | null; output: string }> {
  const preload = new URL('dist/preload.js', import.meta.url);
  for (const scenario of scenarios) preload.searchParams.append('scenario', scenario);
  const nodeOptions = `--import=${preload.href}`;
  const child = spawn(process.execPath, [program, ...args], {
    cwd: PROJECT,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, NODE_OPTIONS: nodeOptions, CHAOS_NODE_OPTIONS: nodeOptions },
  });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit') as Promise<[number | null]>]);
  return { code, output };
}
