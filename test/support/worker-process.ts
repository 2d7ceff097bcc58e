import { transformFile } from '@swc/core';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { testSchema } from './test-schema.js';

export interface WorkerProcess {
  pid: number;
  child: ChildProcess;
  /** What it wrote to stdout and stderr so far. */
  output: () => string;
  /** The exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals | null>;
  /** Sends a signal and waits for the end; the exit code, or the signal that ended it. */
  end: (signal: NodeJS.Signals) => Promise<number | NodeJS.Signals | null>;
}

const FOLDER = join('.data', 'processes');

/** The scripts that have been compiled, by their paths. */
const compiled = new Map<string, Promise<string>>();

/** What a script imports is what has been built, so that its process loads no compiler. Returns the file to run. */
async function compile(script: string): Promise<string> {
  const { code } = await transformFile(resolve('test', script), { configFile: resolve('.swcrc') });
  const file = resolve(FOLDER, `${basename(script, '.ts')}.mjs`);
  await mkdir(FOLDER, { recursive: true });
  // Another worker of Jest may run the same one just now.
  await writeFile(`${file}.${process.pid}`, code);
  await rename(`${file}.${process.pid}`, file);
  return file;
}

/**
 * Starts a script of `test/`, which imports packages only, as a process of its own, and waits until it says that it is
 * ready.
 */
export async function startWorkerProcess(script: string, env: NodeJS.ProcessEnv): Promise<WorkerProcess> {
  if (!compiled.has(script)) compiled.set(script, compile(script));
  const child = fork(await compiled.get(script)!, {
    execArgv: [],
    env: { ...process.env, ...env, JOBS_OPTIONS: optionsWithSchema(env) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const first = await Promise.race([once(child, 'message').then(() => 'ready'), ended]);
  if (first !== 'ready') throw new Error(`${script} ended before it was ready:\n${output}`);
  return {
    pid: child.pid!,
    child,
    output: () => output,
    ended: ended.then(([code, by]) => code ?? by),
    end: async (signal) => {
      child.kill(signal);
      const [code, by] = await ended;
      return code ?? by;
    },
  };
}

function optionsWithSchema({ JOBS_OPTIONS = '{}' }: NodeJS.ProcessEnv): string {
  return JSON.stringify({ schema: testSchema, ...(JSON.parse(JOBS_OPTIONS) as object) });
}
