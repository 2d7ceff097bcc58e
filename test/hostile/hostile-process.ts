import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ChildOptions {
  url: string;
  seed: number;
  /** Numbers of the inputs to run. */
  inputs: number[];
  /** Whether the host listens to `unhandledRejection`; if it does not, one of them ends the process. */
  listenUnhandled: boolean;
  /** Options of `JobsModule`. */
  jobs: object;
  /** A file that says what is under way. */
  journal: string;
}

export interface ChildReport {
  inputs: number;
  runs: number;
  /** What was not as it has to be, each with how often. */
  complaints: Complaint[];
}

export interface Complaint {
  what: string;
  example?: string;
  times: number;
}

const ROOT = `${process.cwd()}/`;
const MAX_OUTPUT = 2_000;

/** Runs the inputs in a process of their own. A process that ends is a complaint like any other. */
export async function runHostile(given: Omit<ChildOptions, 'journal'>): Promise<ChildReport> {
  const folder = await mkdtemp(join(tmpdir(), 'monstera-hostile-'));
  const options: ChildOptions = { ...given, journal: join(folder, 'journal') };
  const child = fork(`${ROOT}test/hostile/child/main.ts`, {
    execArgv: ['--import', '@swc-node/register/esm-register'],
    env: { ...process.env, SWC_NODE_PROJECT: `${ROOT}tsconfig.json`, HOSTILE_OPTIONS: JSON.stringify(options) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-MAX_OUTPUT)));
  let report: ChildReport | undefined;
  child.on('message', (message) => (report = message as ChildReport));
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  const journal = await readFile(options.journal, 'utf8').catch(() => '');
  await rm(folder, { recursive: true, force: true });
  return report ?? endedEarly(given.inputs.length, journal, `${code ?? signal}`, output);
}

function endedEarly(inputs: number, journal: string, how: string, output: string): ChildReport {
  const underWay = new Map<string, string>();
  let runs = 0;
  for (const line of journal.split('\n')) {
    const [mark, id = '', ...input] = line.split(' ');
    if (mark === '>') underWay.set(id, input.join(' '));
    if (mark === '<') {
      underWay.delete(id);
      runs++;
    }
  }
  const suspects = [...underWay.values()].map((input) => `\n    ${input}`).join('');
  const what = `the process ended (${how}) after ${runs} runs. Under way were:${suspects}\n  Its last words:\n${output}`;
  return { inputs, runs, complaints: [{ what, times: 1 }] };
}
