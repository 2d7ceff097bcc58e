import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { runCli } from '../../libs/jobs/src/cli/program.js';

const MAIN = 'dist/cli/main.js';

export interface Answer {
  exit: number | null;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  /** The variable DATABASE_URL. Default: none. */
  url?: string;
  /** What standard input has. */
  input?: string;
  /** The folder in which it runs, and whose installed package it is. Default: this repository. */
  project?: string;
}

/** Starts the built command line as its users do. */
export function startCommand(args: readonly string[], { url, input = '', project }: CommandOptions = {}) {
  const { PATH, HOME, TZ } = process.env;
  const main = project === undefined ? resolve('libs/jobs', MAIN) : join(project, 'node_modules/@monstera/jobs', MAIN);
  const child: ChildProcessWithoutNullStreams = spawn(process.execPath, [main, ...args], {
    cwd: project,
    env: { PATH, HOME, TZ, ...(url !== undefined && { DATABASE_URL: url }) },
  });
  child.stdin.end(input);
  return child;
}

/** Runs a command to its end. */
export async function runCommand(args: readonly string[], options: CommandOptions = {}): Promise<Answer> {
  const child = startCommand(args, options);
  const answer: Answer = { exit: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (answer.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (answer.stderr += chunk.toString()));
  [answer.exit] = (await once(child, 'close')) as [number | null];
  return answer;
}

/** Runs a command in this process. That it would also end its own is for `command-ends.spec.ts` to say. */
export async function callCommand(args: readonly string[], { url, input = '' }: CommandOptions = {}): Promise<Answer> {
  const answer: Answer = { exit: null, stdout: '', stderr: '' };
  const into = (name: 'stdout' | 'stderr') =>
    new Writable({
      decodeStrings: false,
      write: (text: string, _, done) => {
        answer[name] += text;
        done();
      },
    });
  const terminal = { stdin: Readable.from([input]), stdout: into('stdout'), stderr: into('stderr') };
  answer.exit = await runCli(args, { terminal, databaseUrl: url, version: '0.0.0' });
  return answer;
}

/** Commands on one database, in this process. */
export function commandOn(url: string, onAnswer: (answer: Answer) => void = () => undefined) {
  const run = async (...args: string[]) => {
    const answer = await callCommand(args, { url });
    onAnswer(answer);
    return answer;
  };
  /** Its answer in JSON, and nothing else. */
  const json = async <T = Record<string, unknown>>(...args: string[]): Promise<T> => {
    const { exit, stdout, stderr } = await run(...args, '--json');
    if (stdout === '') throw new Error(`No answer (exit code ${exit}): ${stderr}`);
    return JSON.parse(stdout) as T;
  };
  return { run, json };
}
