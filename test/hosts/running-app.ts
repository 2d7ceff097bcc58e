import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { eventually } from '../support/index.js';

/** An application that serves until it is stopped. */
export interface RunningApp {
  /** Such as `http://127.0.0.1:3000`. */
  address: string;
  stop: () => Promise<void>;
}

/** Starts `dist/main.js` of a project, and waits until it says where it is. */
export async function startApp(project: string, env: NodeJS.ProcessEnv): Promise<RunningApp> {
  const child = spawn(process.execPath, ['dist/main.js'], { cwd: project, env: { ...process.env, ...env } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  await eventually(() => child.exitCode !== null || addressIn(said) !== undefined, { timeoutMs: 60_000 });
  const address = addressIn(said);
  if (address === undefined) throw new Error(`It ended before it was ready:\n${said}`);
  return { address, stop };
}

function addressIn(said: string): string | undefined {
  return /^\{"address":"([^"]+)"\}$/m.exec(said)?.[1];
}
