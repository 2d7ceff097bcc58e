import type { EnqueuedJob } from '../enqueue-options.js';
import { Lane, type LaneContext, type LaneRules } from './lane.js';
import type { PreparedJob } from '../prepare-job.js';
import { StatementGate } from './statement-gate.js';

export interface EnqueueLanesOptions extends Omit<LaneContext, 'gate'> {
  /** How long a caller waits before it gets an error, in milliseconds. */
  waitMs: () => number;
  /** Connections of the host's pool; asked once, with the first job. */
  poolSize: () => number;
}

/**
 * Writes the jobs that callers enqueue one by one outside a transaction. Only jobs that can neither block nor refuse each
 * other share a statement: those with the same unique key, and those without one that are of the same type.
 */
export class EnqueueLanes {
  private readonly plain = new WeakMap<object, Lane[]>();
  private readonly others = new Map<string, Lane>();
  private context: LaneContext | null = null;

  constructor(private readonly options: EnqueueLanesOptions) {}

  add(job: PreparedJob): Promise<EnqueuedJob> {
    return new Promise((resolve, reject) => {
      const lane = this.laneOf(job);
      lane.add({ job, untilMs: lane.nowMs() + this.options.waitMs(), resolve, reject });
    });
  }

  private laneOf(job: PreparedJob): Lane {
    if (!job.plain) return this.otherLane(job);
    const lanes = this.plain.get(job.plain) ?? [];
    if (lanes.length === 0) this.plain.set(job.plain, lanes);
    return (lanes[job.shard] ??= this.newLane({ plain: true, oneKey: false }));
  }

  /** Kept only while it has something to do: there is no end of keys. */
  private otherLane({ shard, queue, uniqueKey, type }: PreparedJob): Lane {
    const name = JSON.stringify(uniqueKey === null ? [shard, type] : [shard, queue, uniqueKey]);
    let lane = this.others.get(name);
    if (lane) return lane;
    lane = this.newLane({ plain: false, oneKey: uniqueKey !== null });
    lane.onEmpty = () => this.others.delete(name);
    this.others.set(name, lane);
    return lane;
  }

  private newLane(rules: LaneRules): Lane {
    const { insert, tooLate, poolSize } = this.options;
    // Half of the pool, so that other users of it are not locked out.
    this.context ??= { insert, tooLate, gate: new StatementGate(Math.ceil(poolSize() / 2)) };
    return new Lane(this.context, rules);
  }
}
