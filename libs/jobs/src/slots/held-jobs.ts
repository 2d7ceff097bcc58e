import type { RunningJob } from './running-job.js';

/** How many released jobs may stay in the array before it is compacted. */
const SLACK = 64;

/**
 * The jobs that a process holds, in order of arrival. An array that is compacted now and then, not a Set or a Map: V8
 * keeps the tables of a Map after deletions. Jobs that have long ended would then survive until a full garbage
 * collection.
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

  /** Call it once the outcome is written. Releasing a job twice has no effect. */
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
