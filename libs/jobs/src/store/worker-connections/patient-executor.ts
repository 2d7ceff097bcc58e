import { isCancelled } from '../connection/database-errors.js';
import { readDueIndex } from '../sql/claim/due-index.sql.js';
import type { Executor, Statement } from '../statement.js';

/** Stepping over so many dead index entries takes half a second or more. */
const MANY_DEAD = 500_000;
const ASK_EVERY_MS = 10_000;
/** For how long a statement that was broken off is proof enough that there are many. */
const BELIEVED_MS = 600_000;

export async function areManyDead(executor: Executor): Promise<boolean> {
  const [row] = await executor.run(readDueIndex, []);
  return (row?.dead ?? 0) > MANY_DEAD;
}

/**
 * For statements that step over dead index entries, as many as there are: as a rule they run where the others do. Where a
 * held snapshot has left many dead rows they run on a connection of their own, which gives them time.
 */
export class PatientExecutor implements Executor {
  private manyDead = false;
  private askAgainMs = -Infinity;

  constructor(
    private readonly usual: Executor,
    private readonly patient: Executor,
  ) {}

  async run<Params extends readonly unknown[], Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    await this.ask();
    if (this.manyDead) return this.patient.run(statement, params);
    try {
      return await this.usual.run(statement, params);
    } catch (error) {
      // It has written nothing. The server may not know how many are dead, as after a crash.
      if (!isCancelled(error)) throw error;
      this.believe(true, BELIEVED_MS);
      return this.patient.run(statement, params);
    }
  }

  private async ask(): Promise<void> {
    if (performance.now() >= this.askAgainMs) this.believe(await areManyDead(this.usual), ASK_EVERY_MS);
  }

  private believe(manyDead: boolean, forMs: number): void {
    this.manyDead = manyDead;
    this.askAgainMs = performance.now() + forMs;
  }
}
