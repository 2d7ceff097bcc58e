import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { eventually } from './eventually.js';

export interface AppProcess {
  /** What it has written so far, to either stream. */
  output: () => string;
  /** The exit code or, when a signal ended it, that signal. */
  ended: Promise<number | NodeJS.Signals>;
  /** Sends a signal and waits for the end. */
  end: (signal: NodeJS.Signals) => Promise<number | NodeJS.Signals>;
}

export interface AppOptions {
  /** Below the project. Default: what `npm start` runs. */
  script?: string;
  /** Where it runs, and thereby where its `.data` folder is. */
  cwd: string;
  env?: Record<string, string>;
}

/** An empty folder to start an application in; it knows no `.env` file there. */
export async function createAppFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'monstera-app-'));
  const remove = async () => {
    const data = await realpath(join(path, '.data', 'postgres')).catch(() => path);
    await rm(data, { recursive: true, force: true });
    await rm(path, { recursive: true, force: true });
  };
  return { path, remove };
}

/** Starts the built application as a process of its own, on a free port, and waits until it says that it is ready. */
export async function startApp(options: AppOptions): Promise<AppProcess & { address: string }> {
  const app = launchApp(options);
  const ended = app.ended.then((exit) => {
    throw new Error(`It ended (${exit}) before it was ready:\n${app.output()}`);
  });
  return { ...app, address: await Promise.race([readyAddress(app), ended]) };
}

/** Runs to its end what is expected to have one. */
export async function runToEnd(options: AppOptions): Promise<{ exit: number | NodeJS.Signals; output: string }> {
  const { output, ended } = launchApp(options);
  return { exit: await ended, output: output() };
}

export function launchApp({ script = 'scripts/start.mjs', cwd, env = {} }: AppOptions): AppProcess {
  const { PATH, HOME, TZ } = process.env;
  const child = spawn(process.execPath, [resolve(script)], {
    cwd,
    env: { PATH, HOME, TZ, PORT: '0', JOBS_HEALTH_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  return { output: () => text, ended, end };
}

function readyAddress({ output }: AppProcess): Promise<string> {
  return eventually(() => /\bready\b[^]*?(http:\/\/\S+?:\d+)/.exec(output())?.[1] ?? false, { timeoutMs: 20_000 });
}
