import { payloadLength } from '../job/payload-text.js';
import type { RunningJob } from './running-job.js';

/** How much payload text may wait for a slot, in characters. */
const MAX_WAITING_TEXT = 8 * 1_048_576;
/** The share of an earlier mean that still counts: after three claims of small payloads, large ones are forgotten. */
const MEMORY = 1 / 4;

/** Learns how large payloads are, and limits claims so that those that wait for a slot stay within a budget. */
export class ClaimBudget {
  private mean = 0;

  /** False while payloads are small, as nearly all are: then no claim is limited. */
  get limits(): boolean {
    return this.mean > 0;
  }

  /** What one claim has brought. */
  learn(claimed: readonly RunningJob[]): void {
    if (claimed.length === 0) return;
    let total = 0;
    for (const { row } of claimed) total += payloadLength(row.payload);
    if (total === 0 && this.mean === 0) return;
    const mean = Math.max(total / claimed.length, this.mean * MEMORY);
    this.mean = mean < 1 ? 0 : mean;
  }

  /** How many of the wanted jobs may be claimed beside those that wait. At least one if none waits. */
  limit(wanted: number, waiting: readonly RunningJob[]): number {
    let left = MAX_WAITING_TEXT;
    for (const { row } of waiting) left -= payloadLength(row.payload);
    return Math.min(wanted, Math.max(Math.floor(left / this.mean), waiting.length === 0 ? 1 : 0));
  }
}
