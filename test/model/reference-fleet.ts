import type { Moment, ReferenceJobs } from './reference-jobs.js';

interface ModelWorker {
  host: string;
  /** Grows with every sign of life. */
  beats: number;
  deadSinceHour: number | null;
}

/** What one process remembers of the others between its rounds. */
interface Watch {
  beats: Map<string, number>;
  dead: Set<string>;
  hasSwept: boolean;
}

const DEAD_WORKERS_KEPT_HOURS = 24;

/** The workers as they should be, and who may take jobs back from whom. */
export class ReferenceFleet {
  readonly workers = new Map<string, ModelWorker>();
  private readonly watches = new Map<number, Watch>();

  constructor(private readonly jobs: ReferenceJobs) {}

  register(id: string, host: string): void {
    this.workers.set(id, { host, beats: 0, deadSinceHour: null });
  }

  /** False if the worker must start anew: it was declared dead, or is not even remembered. */
  renew(id: string): boolean {
    const worker = this.workers.get(id);
    if (!worker || worker.deadSinceHour !== null) return false;
    worker.beats++;
    return true;
  }

  retire(id: string, now: Moment): void {
    const worker = this.workers.get(id);
    if (worker) worker.deadSinceHour ??= now.hour;
  }

  /** One upkeep round of a process: whoever shows the same sign of life twice in a row is dead, and loses its jobs. */
  upkeep(process: number, own: string, now: Moment): { alive: boolean; declaredDead: number; rescued: string[] } {
    const watch = this.watchOf(process);
    const seen = [...this.workers]
      .filter(([id, { deadSinceHour }]) => [null, now.hour].includes(deadSinceHour) || id === own)
      .map(([id, { beats, deadSinceHour }]) => ({ id, beats, dead: deadSinceHour !== null }));
    const alive = this.renew(own);
    const declaredDead = seen.filter(({ id, beats, dead }) => {
      if (dead || watch.beats.get(id) !== beats || this.workers.get(id)!.beats !== beats) return false;
      this.retire(id, now);
      return true;
    });
    const newlyDead = seen.some(({ id, dead }) => dead && !watch.dead.has(id));
    const sweeps = declaredDead.length > 0 || newlyDead || !watch.hasSwept;
    const rescued = sweeps ? this.rescueAll(own, now) : [];
    watch.beats = new Map(seen.filter(({ dead }) => !dead).map(({ id, beats }) => [id, beats]));
    watch.dead = new Set(seen.filter(({ dead }) => dead).map(({ id }) => id));
    watch.hasSwept ||= sweeps;
    return { alive, declaredDead: declaredDead.length, rescued };
  }

  prune(now: Moment): number {
    const holding = new Set(this.jobs.all().map(({ worker }) => worker));
    const old = [...this.workers].filter(
      ([id, { deadSinceHour }]) =>
        now.hour - (deadSinceHour ?? Infinity) >= DEAD_WORKERS_KEPT_HOURS && !holding.has(id),
    );
    for (const [id] of old) this.workers.delete(id);
    return old.length;
  }

  /** Nobody takes back its own: a worker that is declared dead finds that out first. */
  private rescueAll(own: string, now: Moment): string[] {
    const orphans = this.jobs.all().filter(({ worker }) => worker !== null && worker !== own && this.isGone(worker));
    return orphans.map((job) => {
      const worker = this.workers.get(job.worker!);
      const who = worker ? `Worker ${worker.host} (pid 1)` : 'A worker that is no longer known';
      this.jobs.rescue(job, `${who} died while running this job`, now);
      return job.id;
    });
  }

  private isGone(id: string): boolean {
    return this.workers.get(id)?.deadSinceHour !== null;
  }

  private watchOf(process: number): Watch {
    const known = this.watches.get(process) ?? { beats: new Map(), dead: new Set(), hasSwept: false };
    this.watches.set(process, known);
    return known;
  }
}
