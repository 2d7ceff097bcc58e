import { isRowsFault } from '../store/connection/database-errors.js';
import type { RescueStore } from '../store/stages/rescue.store.js';
import type { RescuedRow } from '../store/sql/lease/rescue-jobs.sql.js';
import { inHalves } from '../support/in-halves.js';

export interface RescueBatchesOptions {
  rescues: Pick<RescueStore, 'rescue' | 'heldBy'>;
  /** The id of this worker, which never rescues its own jobs. */
  ownId: () => string;
  onRescued: (rows: RescuedRow[]) => void;
  /** The database refuses to change the rows of these jobs. The next search tries them again. */
  onRefused: (ids: readonly string[], error: unknown) => void;
}

/** What has become of the jobs of a sweep that are rescued by their ids. */
interface Sweep {
  rescued: number;
  refused: string[];
  error: unknown;
}

const BATCH = 1_000;
/** After so many refusals without one success, the database is at fault and not the jobs. */
const MOST_REFUSALS = 64;

/** Rescues the jobs of dead workers, one statement for many. A job whose row cannot be changed holds up no other. */
export class RescueBatches {
  /** Jobs that were refused in the last sweep. They are tried after all others. */
  private refusedBefore: ReadonlySet<string> = new Set();

  constructor(private readonly options: RescueBatchesOptions) {}

  /** Rescues all that it can, and returns how many. Throws if the database refuses many jobs and accepts none. */
  async rescueFrom(shard: number, workerIds: string[]): Promise<number> {
    let rescued = 0;
    try {
      for (let found = BATCH; found === BATCH; rescued += found) found = await this.rescue(shard, workerIds, null);
      return rescued;
    } catch (error) {
      if (!isRowsFault(error)) throw error;
      return rescued + (await this.rescueApart(shard, workerIds));
    }
  }

  private async rescueApart(shard: number, workerIds: string[]): Promise<number> {
    const sweep: Sweep = { rescued: 0, refused: [], error: null };
    const held = new Map<string, string[]>();
    for (const workerId of workerIds) held.set(workerId, await this.options.rescues.heldBy(shard, workerId));
    for (const isLast of [false, true])
      for (const [workerId, all] of held) {
        const ids = all.filter((id) => this.refusedBefore.has(id) === isLast);
        for (let i = 0; i < ids.length; i += BATCH)
          await this.rescueHalves(shard, workerId, ids.slice(i, i + BATCH), sweep);
      }
    const { rescued, refused, error } = sweep;
    this.refusedBefore = new Set(refused);
    if (isVain(sweep)) throw error;
    if (refused.length > 0) this.options.onRefused(refused, error);
    return rescued;
  }

  private async rescueHalves(shard: number, workerId: string, ids: string[], sweep: Sweep): Promise<void> {
    await inHalves(ids, {
      attempt: async (part) => {
        const rescued = await this.rescue(shard, [workerId], [...part]);
        sweep.rescued += rescued;
      },
      isItemsFault: isRowsFault,
      onRefused: (id, error) => {
        sweep.refused.push(id);
        sweep.error = error;
      },
      isEnough: () => isVain(sweep),
    });
  }

  private async rescue(shard: number, workerIds: string[], ids: string[] | null): Promise<number> {
    const { rescues, ownId, onRescued } = this.options;
    const rows = await rescues.rescue({ shard, limit: BATCH, ownId: ownId(), workerIds, ids });
    if (rows.length > 0) onRescued(rows);
    return rows.length;
  }
}

function isVain({ rescued, refused }: Sweep): boolean {
  return rescued === 0 && refused.length >= MOST_REFUSALS;
}
