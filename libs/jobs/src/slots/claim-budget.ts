import { payloadLength } from '../job/validate/payload-text.js';
import type { RunningJob } from './running-job.js';

const MEBIBYTE = 1_048_576;
/** How much payload text may wait for a slot, in characters. */
const MAX_WAITING_TEXT = 8 * MEBIBYTE;
/** The same where jobs are claimed beside large ones that wait. */
const MAX_WAITING_BESIDE = 16 * MEBIBYTE;
/** How much of it one claim may bring: whatever falls due meanwhile waits until it is over. */
const MAX_CLAIMED_TEXT = 640 * 1_024;
/** How many jobs a worker claims at first: it does not know yet how large they are. */
const FIRST_CLAIM = 10;
/** The share of an earlier mean that still counts: after a few claims of small payloads, large ones are forgotten. */
const MEMORY = 1 / 4;

/** Learns how large payloads are, and limits claims so that those that wait for a slot stay within a budget. */
export class ClaimBudget {
  private mean = 0;
  private hasLearned = false;

  /** False while payloads are small, as nearly all are: then no claim is limited. */
  get limits(): boolean {
    return this.mean > 0;
  }

  /** What one claim has brought. */
  learn(claimed: readonly RunningJob[]): void {
    if (claimed.length === 0) return;
    this.hasLearned = true;
    const total = textOf(claimed);
    if (total === 0 && this.mean === 0) return;
    const mean = Math.max(total / claimed.length, this.mean * MEMORY);
    this.mean = mean < 1 ? 0 : mean;
  }

  /** How many of the wanted jobs to claim: few as long as nothing is known of their payloads. */
  careful(wanted: number): number {
    return this.hasLearned ? wanted : Math.min(wanted, FIRST_CLAIM);
  }

  /** How many of the wanted jobs may be claimed beside those that wait. At least one if none waits. */
  limit(wanted: number, waiting: readonly RunningJob[]): number {
    if (!this.limits) return wanted;
    const fitting = this.fitting(MAX_WAITING_TEXT, waiting);
    return Math.min(wanted, Math.max(fitting, waiting.length === 0 ? 1 : 0));
  }

  /** The same for claims that leave the lanes of large jobs out. At least one until the text that waits is too much. */
  limitBeside(wanted: number, waiting: readonly RunningJob[]): number {
    if (!this.limits) return wanted;
    const left = MAX_WAITING_BESIDE - textOf(waiting);
    return left > 0 ? Math.min(wanted, Math.max(this.fitting(MAX_WAITING_BESIDE, waiting), 1)) : 0;
  }

  private fitting(bound: number, waiting: readonly RunningJob[]): number {
    return Math.floor(Math.min(bound - textOf(waiting), MAX_CLAIMED_TEXT) / this.mean);
  }
}

/** How much payload text came with these jobs, in characters. */
export function textOf(jobs: readonly RunningJob[]): number {
  let length = 0;
  for (const { row } of jobs) length += payloadLength(row.payload);
  return length;
}
