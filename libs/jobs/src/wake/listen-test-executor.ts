import { nextDue } from '../store/sql/claim/next-due.sql.js';
import { surveyLanes, surveyLately } from '../store/sql/claim/survey-lanes.sql.js';
import type { Executor, Statement } from '../store/statement.js';
import type { QueueListener } from './queue-listener.js';

/** Their parameters begin with the shard, a channel and a message for that channel, or null for neither. */
const NOTIFYING: ReadonlySet<string> = new Set([nextDue, surveyLanes, surveyLately].map(({ name }) => name));

/**
 * An executor for a worker whose questions about due jobs send the test of its LISTEN too, when one is due. An idle worker
 * asks anyway, so the test costs no statement of its own.
 */
export class ListenTestExecutor implements Executor {
  constructor(
    private readonly executor: Executor,
    private readonly listener: () => Pick<QueueListener, 'carryTest'> | null,
  ) {}

  run<Params extends readonly unknown[], Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    const listener = NOTIFYING.has(statement.name) ? this.listener() : null;
    if (!listener) return this.executor.run(statement, params);
    return listener.carryTest((test) => {
      if (!test) return this.executor.run(statement, params);
      const [shard, , , ...others] = params;
      return this.executor.run(statement, [shard, test.channel, test.token, ...others] as unknown as Params);
    });
  }
}
