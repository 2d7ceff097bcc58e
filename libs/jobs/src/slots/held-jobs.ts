import type { RunningJob } from './running-job.js';

/** So many may be left over before they are cleared away. */
const SLACK = 64;

/**
 * The jobs that a process holds, in the order in which they came. An array that is cleared up now and then, because each
 * job comes and goes: a Set or Map that is full of what was deleted leaves a table behind, which still refers to all that
 * was in it and to the next table, so once one of them is old, jobs that have long ended wait for a full collection.
 */
export class HeldJobs {
  private jobs: RunningJob[] = [];
  private count = 0;

  get size(): number {
    return this.count;
  }

  add(job: RunningJob): void {
    this.jobs.push(job);
    this.count++;
  }

  /** Once its outcome is written; a second time does nothing. */
  release(job: RunningJob): void {
    if (job.stage === 'released') return;
    job.stage = 'released';
    this.count--;
    if (this.jobs.length > 2 * this.count + SLACK) this.jobs = this.all();
  }

  has(id: string, run: number): boolean {
    return this.jobs.some((job) => job.id === id && job.row.run === run && job.stage !== 'released');
  }

  all(): RunningJob[] {
    return this.jobs.filter((job) => job.stage !== 'released');
  }
}
