import { info, warn } from './line.js';

/** Rows may come from other services, so there may be many types. */
const MAX_TYPES = 10;

/** What a worker finds when it looks for jobs. */
export const CLAIM_LINES = {
  /** `types`: each with its number of jobs. */
  no_processor: ({ types }: { types: [string, number][] }) => {
    const total = types.reduce((sum, [, jobs]) => sum + jobs, 0);
    return warn(
      `JOBS_NO_PROCESSOR: ${total} ${total === 1 ? 'job waits' : 'jobs wait'} for which this process has no processor: ` +
        `${listed(types)}. They are postponed, not failed. Add a provider with @ProcessesJob, or take their queue from ` +
        '`queues`.',
    );
  },

  queue_unworked: ({ queue, types }: { queue: string; types: readonly string[] }) =>
    warn(`No worker works on the queue "${queue}", where jobs of ${types.join(', ')} go: they wait until one does.`),

  lost_claims_unread: ({ why }: { why: string }) =>
    warn(`${why}. The search for lost claims will be made again later.`),

  job_unclaimable: ({ id, refusals, why }: { id: string; refusals: number; why: string }) => {
    const others = refusals > 1 ? ` It is one of ${refusals} such refusals.` : '';
    return warn(
      `Job ${id} cannot start, because its row cannot be changed. ${why}.${others} Other jobs go on; this one is tried ` +
        'again, at least each minute. Look for a trigger, a policy or a constraint on the table.',
    );
  },

  claims_guarded: ({ walkMs }: { walkMs: number }) =>
    warn(
      `Claims keep off dead index entries: a walk over them takes ${(walkMs / 1_000).toFixed(1)} s. New jobs start as before; ` +
        'jobs inserted with a due time in the past may wait for minutes. Look for a transaction that is held for long.',
    ),

  claims_unguarded: () => info('Dead index entries are gone: claims look at all jobs again'),
};

/** Quotes and escapes the types. One that was inserted by SQL may contain line breaks and control sequences. */
function listed(types: [string, number][]): string {
  const shown = types.toSorted(([, a], [, b]) => b - a).slice(0, MAX_TYPES);
  const rest = types.length - shown.length;
  const list = shown.map(([type, jobs]) => `${jobs} of type ${escape(type)}`).join(', ');
  return rest === 0 ? list : `${list}, and ${rest} more types`;
}

function escape(type: string): string {
  return JSON.stringify(type).replaceAll(
    /[\p{C}\u2028\u2029]/gu,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}
