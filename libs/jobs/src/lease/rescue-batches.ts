import { isRowsFault } from '../store/connection/database-errors.js';
import type { RescueStore } from '../store/stages/rescue.store.js';
import type { RescuedRow } from '../store/sql/lease/rescue-jobs.sql.js';

export interface RescueBatchesOptions {
  rescues: Pick<RescueStore, 'rescue' | 'heldBy'>;
  /** The id of this worker, which never rescues its own jobs. */
  ownId: () => string;
  onRescued: (rows: RescuedRow[]) => void;
  /** The database refuses to change the rows of these jobs. The next search tries them again. */
  onRefused: (ids: readonly string[], error: unknown) => void;
}

interface Refused {
  ids: string[];
  error: unknown;
}

const BATCH = 1_000;
/** After so many refusals without one success, the database is at fault and not the jobs. */
const MOST_REFUSALS = 8;

/** Rescues the jobs of dead workers, one statement for many. A job whose row cannot be changed holds up no other. */
export class RescueBatches {
  constructor(private readonly options: RescueBatchesOptions) {}

  /** Rescues all that it can, and returns how many. */
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
    const refused: Refused = { ids: [], error: null };
    let rescued = 0;
    for (const workerId of workerIds) {
      const ids = await this.options.rescues.heldBy(shard, workerId);
      for (let i = 0; i < ids.length; i += BATCH)
        rescued += await this.rescueHalves(shard, workerId, ids.slice(i, i + BATCH), refused);
      if (rescued === 0 && refused.ids.length >= MOST_REFUSALS) throw refused.error;
    }
    if (refused.ids.length > 0) this.options.onRefused(refused.ids, refused.error);
    return rescued;
  }

  private async rescueHalves(shard: number, workerId: string, ids: string[], refused: Refused): Promise<number> {
    try {
      return await this.rescue(shard, [workerId], ids);
    } catch (error) {
      if (!isRowsFault(error)) throw error;
      if (ids.length === 1) {
        refused.ids.push(ids[0]!);
        refused.error = error;
        return 0;
      }
    }
    const middle = Math.ceil(ids.length / 2);
    const first = await this.rescueHalves(shard, workerId, ids.slice(0, middle), refused);
    if (first === 0 && refused.ids.length >= MOST_REFUSALS) return 0;
    return first + (await this.rescueHalves(shard, workerId, ids.slice(middle), refused));
  }

  private async rescue(shard: number, workerIds: string[], ids: string[] | null): Promise<number> {
    const { rescues, ownId, onRescued } = this.options;
    const rows = await rescues.rescue({ shard, limit: BATCH, ownId: ownId(), workerIds, ids });
    if (rows.length > 0) onRescued(rows);
    return rows.length;
  }
}
