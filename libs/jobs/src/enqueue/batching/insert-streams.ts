import type { EnqueuedJob } from '../enqueue-options.js';
import { Caller, InsertStream, type StreamContext, type StreamRules } from './insert-stream.js';
import type { PreparedJob } from '../prepare-job.js';
import { StatementGate } from './statement-gate.js';

export interface InsertStreamsOptions extends Omit<StreamContext, 'gate'> {
  /** Milliseconds that a caller waits before it gets an error. */
  waitMs: () => number;
  /** Connections of the host's pool. Read once, at the first job. */
  poolSize: () => number;
}

/**
 * Gathers single jobs that are enqueued outside a transaction into shared statements. Two jobs share a stream only if
 * neither can block the other or make its insert fail: same unique key, or same type and no key.
 */
export class InsertStreams {
  private readonly fast = new WeakMap<object, InsertStream[]>();
  private readonly others = new Map<string, InsertStream>();
  private context: StreamContext | null = null;

  constructor(private readonly options: InsertStreamsOptions) {}

  add(job: PreparedJob): Promise<EnqueuedJob> {
    return new Promise((resolve, reject) => {
      const stream = this.streamOf(job);
      stream.add(new Caller(job, stream.nowMs() + this.options.waitMs(), resolve, reject));
    });
  }

  private streamOf(job: PreparedJob): InsertStream {
    if (!job.defaultsOf) return this.otherStream(job);
    const streams = this.fast.get(job.defaultsOf) ?? [];
    if (streams.length === 0) this.fast.set(job.defaultsOf, streams);
    return (streams[job.shard] ??= this.newStream({ fast: true, oneKey: false }));
  }

  /** A stream is removed when it is empty, because the number of unique keys is unbounded. */
  private otherStream({ shard, queue, uniqueKey, type }: PreparedJob): InsertStream {
    const name = JSON.stringify(uniqueKey === null ? [shard, type] : [shard, queue, uniqueKey]);
    let stream = this.others.get(name);
    if (stream) return stream;
    stream = this.newStream({ fast: false, oneKey: uniqueKey !== null });
    stream.onEmpty = () => this.others.delete(name);
    this.others.set(name, stream);
    return stream;
  }

  private newStream(rules: StreamRules): InsertStream {
    const { clock, insert, tooLate, poolSize } = this.options;
    // Half of the host's pool: the application needs the rest.
    this.context ??= { clock, insert, tooLate, gate: new StatementGate(Math.ceil(poolSize() / 2)) };
    return new InsertStream(this.context, rules);
  }
}
