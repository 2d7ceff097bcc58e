import { once } from 'node:events';
import type { INestApplicationContext } from '@nestjs/common';
import type { Command } from 'commander';
import type { RunUntilEmptyResult } from '../../worker/job-runner.js';
import type { Before } from '../call.js';
import { stopSignal } from '../application/stop-signal.js';
import { EXIT, UsageError } from '../failure.js';
import { span } from '../../observe/doctor/findings.js';
import type { Output } from '../output.js';
import { several, timeSpan, wholeNumber } from '../values.js';

interface WorkOptions {
  module: string;
  queue?: string[];
  concurrency?: number;
}

interface UntilEmptyOptions extends WorkOptions {
  waitForDelayed?: boolean;
  timeout?: number;
}

const DEFAULT_MODULE = './dist/app.module.js';
/** Of the connection that other commands use. */
const NOT_OURS = ['databaseUrl', 'schema', 'migrationsTable', 'shards'];
/** The application may keep timers or connections that would keep the process. */
const LINGER_MS = 2_000;

/** `worker` and `run-until-empty`. They boot the application, which has its own connection to the database. */
export function addWorkCommands(program: Command, before: Before, onExit: (code: number) => void): void {
  const work = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .option('--module <file#name>', 'the compiled root module of the application', DEFAULT_MODULE)
      .option('--queue <queue>', 'only from this queue; may be repeated', several)
      .option('--concurrency <number>', 'how many jobs run at once', wholeNumber(1, 1_000));
  work('worker', "runs an application's jobs and schedules until SIGTERM or Ctrl-C").action(
    async (options: WorkOptions, command: Command) => {
      requireOwn(command);
      await runWorker(options, before(command).out);
    },
  );
  work('run-until-empty', "runs an application's jobs until none is due; exit code 1 if some failed")
    .option('--wait-for-delayed', 'also waits for jobs that are for later, such as retries')
    .option('--timeout <span>', 'gives up after it, such as 15m', timeSpan)
    .action(async (options: UntilEmptyOptions, command: Command) => {
      requireOwn(command);
      const { out } = before(command);
      await withApplication(options, { schedules: false }, async (app, signal) =>
        onExit(await runUntilEmpty(app, signal, options, out)),
      );
    });
}

function requireOwn(command: Command): void {
  const given = NOT_OURS.find((name) => command.getOptionValueSourceWithGlobals(name) === 'cli');
  if (given === undefined) return;
  const option = `--${given.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw new UsageError({
    code: 'JOBS_USAGE',
    what: `${command.name()} does not take ${option}: the application has its own connection.`,
    fix: 'Set what the application reads, such as its environment.',
  });
}

async function withApplication(
  { module, queue: queues, concurrency }: WorkOptions,
  { schedules, onUnknownQueue }: { schedules: boolean; onUnknownQueue?: (error: UsageError) => void },
  use: (app: INestApplicationContext, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const signal = stopSignal();
  const { openApplication } = await import('../application/open-application.js');
  const given = { queues, concurrency, schedules: schedules ? undefined : false } as const;
  const app = await openApplication(module, { role: 'worker', ...given }, onUnknownQueue);
  try {
    await use(app, signal);
  } finally {
    await app.close();
    // oxlint-disable-next-line unicorn/no-process-exit -- the code is set
    setTimeout(() => process.exit(), LINGER_MS).unref();
  }
}

async function runWorker(options: WorkOptions, out: Output): Promise<void> {
  // Its first job may come later.
  const onUnknownQueue = ({ what, fix }: UsageError) => out.note(`${what} ${fix}`);
  await withApplication(options, { schedules: true, onUnknownQueue }, async (_, signal) => {
    if (!signal.aborted) await once(signal, 'abort');
  });
}

async function runUntilEmpty(
  app: INestApplicationContext,
  stopped: AbortSignal,
  { queue: queues, waitForDelayed, timeout }: UntilEmptyOptions,
  out: Output,
): Promise<number> {
  const { JobRunner } = await import('../../worker/job-runner.js');
  const signal = timeout === undefined ? stopped : AbortSignal.any([stopped, AbortSignal.timeout(timeout)]);
  const result = await app.get(JobRunner).runUntilEmpty({ queues, waitForDelayed, signal });
  await out.answer(result, () => resultLines(result));
  return result.empty && result.runs.failed === 0 ? EXIT.fine : EXIT.trouble;
}

function resultLines(result: RunUntilEmptyResult): string[] {
  const { empty, paused, pausedTypes, nextDueInMs, runs, unknownTypes } = result;
  const ended = Object.entries(runs).filter(([, count]) => count > 0);
  const counts = ended.map(([kind, count]) => `${count} ${kind.replace('_', ' ')}`).join(', ');
  return [
    `Runs: ${counts || 'none'}.`,
    ...(paused.length > 0 ? [`Jobs are due in paused queues: ${paused.join(', ')}.`] : []),
    ...(pausedTypes.length > 0 ? [`Jobs are due of paused types: ${pausedTypes.join(', ')}.`] : []),
    ...(unknownTypes.length > 0
      ? [`Jobs stay whose types the application does not know: ${unknownTypes.join(', ')}.`]
      : []),
    ...(nextDueInMs === null ? [] : [`The next job is due in ${span(nextDueInMs / 1_000)}.`]),
    empty ? 'No job is due.' : 'It ended before all jobs were done.',
  ];
}
