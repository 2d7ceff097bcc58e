import { Logger } from '@nestjs/common';

const INTERVAL_MS = 60_000;
/** Rows may come from other services, so there may be many types. */
const MAX_SHOWN = 10;

/** Warns about jobs without a processor here, at most once a minute, with the number of jobs of each type. */
export class UnknownTypeWarnings {
  private readonly logger = new Logger('Jobs');
  private readonly counts = new Map<string, number>();
  private nextMs = -Infinity;
  private timer: NodeJS.Timeout | null = null;

  /** Counts jobs of a type. The first are reported at once, and later ones together when the minute is over. */
  met(type: string, jobs: number, nowMs = performance.now()): void {
    this.counts.set(type, (this.counts.get(type) ?? 0) + jobs);
    if (nowMs >= this.nextMs) return this.warn(nowMs);
    this.timer ??= setTimeout(() => this.warn(this.nextMs), this.nextMs - nowMs).unref();
  }

  private warn(nowMs: number): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.nextMs = nowMs + INTERVAL_MS;
    const types = [...this.counts];
    this.counts.clear();
    const total = types.reduce((sum, [, jobs]) => sum + jobs, 0);
    this.logger.warn(
      `JOBS_NO_PROCESSOR: ${total} ${total === 1 ? 'job waits' : 'jobs wait'} for which this process has no processor: ` +
        `${describe(types)}. They are postponed, not failed. Add a provider with @ProcessesJob, or take their queue from ` +
        '`queues`.',
    );
  }
}

/** Quotes and escapes the types. One that was inserted by SQL may contain line breaks and control sequences. */
function describe(types: [string, number][]): string {
  const shown = types.toSorted(([, a], [, b]) => b - a).slice(0, MAX_SHOWN);
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
