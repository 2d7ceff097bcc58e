import type { EnqueuedJob, JobService } from '@monstera/jobs';
import type { EnqueueCase, RunCase } from '../case.js';
import { knownPayload } from '../cases/schema-cases.js';
import { caseOf, hostile } from '../plan.js';
import { KEEPSAKE, ordinary } from './processors.js';
import type { Recorder } from './recorder.js';

export interface Enqueued {
  n: number;
  input: RunCase;
  id: string;
}

/** Everything that was enqueued and answered. */
export interface Driven {
  hostile: Enqueued[];
  ordinary: string[];
  accepted: string[];
  /** True if no run ended for so long that the rest was given up. */
  stalled: boolean;
}

export interface DriveOptions {
  jobs: JobService;
  recorder: Recorder;
  seed: number;
  inputs: readonly number[];
}

/** Never more than this many jobs wait: a fault has to be seen while it is young. */
const MAX_WAITING = 150;
const BATCH = 25;
const STALL_MS = 15_000;
const CALL_MS = 15_000;

/** Enqueues input after input, each with an ordinary job beside it, and waits until all of them are over. */
export async function drive(options: DriveOptions): Promise<Driven> {
  const driven: Driven = { hostile: [], ordinary: [], accepted: [], stalled: false };
  for (let at = 0; at < options.inputs.length && !driven.stalled; at += BATCH) {
    const batch = options.inputs.slice(at, at + BATCH);
    await Promise.all(batch.flatMap((n) => [enqueueInput(n, driven, options), enqueueOrdinary(n, driven, options)]));
    driven.stalled = !(await untilWaiting(MAX_WAITING, driven, options.recorder));
  }
  driven.stalled ||= !(await untilWaiting(0, driven, options.recorder));
  return driven;
}

async function enqueueOrdinary(n: number, driven: Driven, { jobs, recorder }: DriveOptions): Promise<void> {
  const job = await within(jobs.enqueue(ordinary, { n })).catch((error: unknown) =>
    recorder.complain(`an ordinary job could not be enqueued beside the hostile ones: ${textOf(error)}`),
  );
  if (job) driven.ordinary.push(job.id);
}

async function enqueueInput(n: number, driven: Driven, options: DriveOptions): Promise<void> {
  const input = caseOf(options.seed, n);
  if (input.kind === 'enqueue') return enqueueOdd(n, input, driven, options);
  const { jobs, recorder } = options;
  const call = input.definition
    ? jobs.enqueue(input.definition, knownPayload({ n }), { ...input.options, tags: [String(n)] })
    : jobs.enqueue(hostile, { n, keepsake: KEEPSAKE }, input.options);
  const job = await within(call).catch((error: unknown) =>
    recorder.complain(`${n} ${input.name}: could not be enqueued: ${textOf(error)}`),
  );
  if (job) driven.hostile.push({ n, input, id: job.id });
}

async function enqueueOdd(n: number, input: EnqueueCase, driven: Driven, options: DriveOptions): Promise<void> {
  const { jobs, recorder } = options;
  try {
    const answer: EnqueuedJob | EnqueuedJob[] = await within(input.enqueue(jobs));
    driven.accepted.push(...[answer].flat().map(({ id }) => id));
    if (input.refused) recorder.complain(`${n} ${input.name}: was accepted`);
  } catch (error) {
    if (error instanceof Stuck) recorder.complain(`${n} ${input.name}: ${error.message}`);
    else if (input.refused && !codeOf(error).startsWith('JOBS_'))
      recorder.complain(`${n} ${input.name}: refused without a code of the library, by ${textOf(error)}`);
  }
}

/** False if no run has ended for a long while. */
async function untilWaiting(count: number, driven: Driven, recorder: Recorder): Promise<boolean> {
  const ids = [...driven.hostile.map(({ id }) => id), ...driven.ordinary, ...driven.accepted];
  const waiting = () => ids.reduce((sum, id) => sum + (recorder.over.has(id) ? 0 : 1), 0);
  while (waiting() > count) {
    const startedMs = performance.now();
    await recorder.nextEnd(STALL_MS);
    if (performance.now() - startedMs >= STALL_MS - 1) return false;
  }
  return true;
}

class Stuck extends Error {}

async function within<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Stuck(`a call had no answer for ${CALL_MS} ms`)), CALL_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function codeOf(error: unknown): string {
  try {
    return String((error as { code?: unknown }).code);
  } catch {
    return '';
  }
}

/** Errors are hostile here, too. */
export function textOf(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message.slice(0, 300)}` : typeof error;
  } catch {
    return 'something that cannot be described';
  }
}
