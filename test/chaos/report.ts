import { writeFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import type { Options } from './options.js';
import type { Outcome } from './outcome.js';

export async function writeReport(options: Options, outcomes: readonly Outcome[]): Promise<void> {
  if (options.json === undefined) return;
  const { seed, scale, minutes } = options;
  await writeFile(options.json, `${JSON.stringify({ seed, scale, minutes, machine: machine(), outcomes }, null, 2)}\n`);
}

function machine(): Record<string, string | number> {
  return { node: process.version, kernel: release(), cpus: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30) };
}

const COLUMNS: Record<string, (outcome: Outcome) => string> = {
  scenario: ({ scenario }) => scenario,
  promise: ({ result }) => result,
  enqueued: ({ verdict }) => figure(verdict?.enqueued),
  lost: ({ verdict }) => figure(verdict && verdict.lost + verdict.unfinished),
  doubled: ({ verdict }) => figure(verdict?.doublyCompleted),
  'too often': ({ verdict }) => figure(verdict?.startedTooOften),
  'again p50/p99': ({ recovery }) => `${seconds(recovery?.p50)}/${seconds(recovery?.p99)}`,
  faults: ({ faults }) =>
    Object.entries(faults)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ') || '0',
  errors: ({ errors }) => String(errors.length),
  took: (outcome) => `${outcome.seconds.toFixed(0)} s`,
};

/** One row a scenario, and below it what did not hold. */
export function table(outcomes: readonly Outcome[]): string {
  const rows = [
    Object.keys(COLUMNS),
    ...outcomes.map((outcome) => Object.values(COLUMNS).map((cell) => cell(outcome))),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
  return [...lines, ...outcomes.flatMap(complaints)].join('\n');
}

function complaints({ scenario, why, checks, errors }: Outcome): string[] {
  const broken = checks.filter(({ held }) => !held).map(({ what, seen }) => `not kept: ${what}; seen: ${seen}`);
  const lines = [...(why === undefined ? [] : [`not run: ${why}`]), ...broken, ...errors];
  return lines.map((line) => `${scenario}: ${line}`);
}

function figure(value: number | null | undefined): string {
  return value?.toLocaleString('en') ?? '–';
}

function seconds(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? '–' : `${(ms / 1_000).toFixed(1)} s`;
}
