import { AsyncLocalStorage } from 'node:async_hooks';
import { writeSync } from 'node:fs';
import type { JobEvent } from '@monstera/jobs';
import type { Complaint } from '../hostile-process.js';

/** What a run of inputs left behind in this process, beside what is in the database. */
export class Recorder {
  /** By job: the names of the events of its runs' ends, in order. */
  readonly endings = new Map<string, string[]>();
  readonly complaints = new Map<string, Complaint>();
  readonly store = new AsyncLocalStorage<string>();
  /** Jobs that no longer wait for anything. */
  readonly over = new Set<string>();
  private onEnd: () => void = () => {};

  /** `journal`: a file whose lines say which inputs are under way, for whoever finds this process ended. */
  constructor(private readonly journal: number) {}

  started(job: { id: string }, input: string): void {
    writeSync(this.journal, `> ${job.id} ${input}\n`);
  }

  ended({ id, name, delayMs = 0 }: Pick<JobEvent, 'id' | 'name' | 'delayMs'>): void {
    writeSync(this.journal, `< ${id} ${name}\n`);
    const endings = this.endings.get(id);
    if (endings) endings.push(name);
    else this.endings.set(id, [name]);
    if (['completed', 'failed', 'cancelled'].includes(name) || delayMs > FAR_MS) this.over.add(id);
    this.onEnd();
  }

  /** `example`: the first one is told, the others are only counted. */
  complain(what: string, example?: string): void {
    const known = this.complaints.get(what);
    if (known) known.times++;
    else this.complaints.set(what, { what, example, times: 1 });
  }

  /** A handler that finds something here got it from another job. */
  checkStore(where: string): void {
    const found = this.store.getStore();
    if (found === undefined) return;
    const from = found.startsWith('a listener') ? 'a listener' : 'a handler';
    this.complain(`an AsyncLocalStorage store leaked from ${from}`, `that of "${found}" was seen by "${where}"`);
  }

  /** Resolves at the next end of a run, or after so many milliseconds. */
  nextEnd(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.onEnd = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** A job that is due so much later has ended, as far as this run is concerned. */
const FAR_MS = 60_000;
