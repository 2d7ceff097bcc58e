import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
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

const ROOT = `${process.cwd()}/`;

/** Starts a script of `test/` as a process of its own, and waits until it says that it is ready. */
export async function startWorkerProcess(script: string, env: NodeJS.ProcessEnv): Promise<WorkerProcess> {
  const child = fork(`${ROOT}test/${script}`, {
    execArgv: ['--import', '@swc-node/register/esm-register'],
    env: { ...process.env, SWC_NODE_PROJECT: `${ROOT}tsconfig.json`, ...env, JOBS_OPTIONS: optionsWithSchema(env) },
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
