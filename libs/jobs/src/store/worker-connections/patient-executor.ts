import { isCancelled } from '../connection/database-errors.js';
import { readDueIndex } from '../sql/claim/due-index.sql.js';
import type { Executor, Statement } from '../statement.js';
import type { Clock } from '../../support/time/clock.js';

/** Stepping over this many dead index entries takes half a second or more. */
const MANY_DEAD = 500_000;
const ASK_EVERY_MS = 10_000;
/** How long a cancelled statement counts as proof that there are many, in milliseconds. */
const BELIEVED_MS = 600_000;

export async function areManyDead(executor: Executor): Promise<boolean> {
  const [row] = await executor.run(readDueIndex, []);
  return (row?.dead ?? 0) > MANY_DEAD;
}

/**
 * For statements that step over all dead index entries. They run on the `usual` connections, or, while there are many
 * dead rows, on a connection that gives them more time (docs/decisions/0028-held-snapshots.md).
 */
export class PatientExecutor implements Executor {
  private manyDead = false;
  private askAgainMs = -Infinity;

  constructor(
    private readonly usual: Executor,
    private readonly patient: Executor,
    private readonly clock: Clock,
  ) {}

  async run<Params extends readonly unknown[], Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    await this.ask();
    if (this.manyDead) return this.patient.run(statement, params);
    try {
      return await this.usual.run(statement, params);
    } catch (error) {
      // It has written nothing, so it can run again. The server may not know the number of dead rows, such as after a
      // crash.
      if (!isCancelled(error)) throw error;
      this.believe(true, BELIEVED_MS);
      return this.patient.run(statement, params);
    }
  }

  private async ask(): Promise<void> {
    if (this.clock.steadyMs() >= this.askAgainMs) this.believe(await areManyDead(this.usual), ASK_EVERY_MS);
  }

  private believe(manyDead: boolean, forMs: number): void {
    this.manyDead = manyDead;
    this.askAgainMs = this.clock.steadyMs() + forMs;
  }
}
