import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { eventually } from './eventually.js';
import { poolingEnvironment } from './pooler.js';
import { used, type UsedOptions } from './used.js';

export type Exit = number | NodeJS.Signals;

export interface AppProcess {
  /** What it has written so far, to either stream. */
  output: () => string;
  /** The exit code or, when a signal ended it, that signal. */
  ended: Promise<Exit>;
  /** Sends a signal and waits for the end. */
  end: (signal: NodeJS.Signals) => Promise<Exit>;
}

export type ReadyApp = AppProcess & { address: string };

export interface AppOptions {
  /** Below the project. Default: what `npm start` runs. */
  script?: string;
  args?: string[];
  env?: Record<string, string>;
  /** How long `start` waits for it to be ready, in milliseconds. Default 20,000. */
  readyWithinMs?: number;
}

/** An empty folder to run the built application in: its `.data` goes there, and no `.env` of a developer is read. */
export class AppFolder {
  private readonly launched: AppProcess[] = [];

  private constructor(readonly path: string) {}

  static async create(): Promise<AppFolder> {
    return new AppFolder(await mkdtemp(join(tmpdir(), 'monstera-app-')));
  }

  /** Starts a process on a free port and waits until it says that it is ready. */
  async start(options: AppOptions = {}): Promise<ReadyApp> {
    const app = this.launch(options);
    let exit: Exit | undefined;
    void app.ended.then((code) => (exit = code));
    const { readyWithinMs: timeoutMs = 20_000 } = options;
    await eventually(() => exit !== undefined || readyAddress(app) !== undefined, { timeoutMs });
    const address = readyAddress(app);
    if (address === undefined) throw new Error(`It ended (${exit}) before it was ready:\n${app.output()}`);
    return { ...app, address };
  }

  /** The token that a start here has made. */
  async token(): Promise<string> {
    return (await readFile(join(this.path, '.data', 'admin-token'), 'utf8')).trim();
  }

  /** Runs to its end what is expected to have one. */
  async run(options: AppOptions): Promise<{ exit: Exit; output: string }> {
    const { output, ended } = this.launch(options);
    return { exit: await ended, output: output() };
  }

  launch({ script = 'scripts/start.mjs', args = [], env = {} }: AppOptions = {}): AppProcess {
    const { PATH, HOME, TZ } = process.env;
    const child = spawn(process.execPath, [resolve(script), ...args], {
      cwd: this.path,
      env: { PATH, HOME, TZ, PORT: '0', JOBS_HEALTH_PORT: '0', ...poolingEnvironment(env) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as Exit);
    const end = (signal: NodeJS.Signals) => {
      child.kill(signal);
      return ended;
    };
    const app = { output: () => text, ended, end };
    this.launched.push(app);
    return app;
  }

  /** Ends what a failed test left running, and deletes the folder with the database in it. */
  async remove(): Promise<void> {
    await Promise.all(this.launched.map(({ end }) => end('SIGTERM')));
    // Below a folder that only root enters, the database's files are elsewhere and linked to.
    const database = await realpath(join(this.path, '.data', 'postgres')).catch(() => this.path);
    await rm(database, { recursive: true, force: true });
    await rm(this.path, { recursive: true, force: true });
  }
}

/** A folder for the tests of a `describe`, in which nothing runs after them. Call it in a `describe`, before `useDatabase()`. */
export function useAppFolder(options: UsedOptions = {}): AppFolder {
  return used(
    () => AppFolder.create(),
    (folder) => folder.remove(),
    options,
  );
}

function readyAddress({ output }: AppProcess): string | undefined {
  return /\bready\b[^]*?(http:\/\/\S+?:\d+)/.exec(output())?.[1];
}
