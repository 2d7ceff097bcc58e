import { payloadLength } from '../job/validate/payload-text.js';
import type { RunningJob } from './running-job.js';

const MEBIBYTE = 1_048_576;
/** How much payload text may wait for a slot, in characters. */
const MAX_WAITING_TEXT = 8 * MEBIBYTE;
/** The same limit for claims that leave out the lanes of large jobs. */
const MAX_WAITING_BESIDE = 16 * MEBIBYTE;
/** How much payload text one claim may fetch. Jobs that fall due during a claim wait until it ends. */
const MAX_CLAIMED_TEXT = 640 * 1_024;
/** A worker's first claim is small, because the size of its payloads is not known yet. */
const FIRST_CLAIM = 10;
/** How much of the previous mean still counts. Large payloads are forgotten after a few claims of small ones. */
const MEMORY = 1 / 4;

/** Learns the size of payloads, and limits claims so that the jobs waiting for a slot stay within a budget. */
export class ClaimBudget {
  private mean = 0;
  private hasLearned = false;

  /** False while payloads are small, as nearly all are. Then no claim is limited. */
  get limits(): boolean {
    return this.mean > 0;
  }

  /** Learns from the jobs of one claim. */
  learn(claimed: readonly RunningJob[]): void {
    if (claimed.length === 0) return;
    this.hasLearned = true;
    const total = textOf(claimed);
    if (total === 0 && this.mean === 0) return;
    const mean = Math.max(total / claimed.length, this.mean * MEMORY);
    this.mean = mean < 1 ? 0 : mean;
  }

  /** How many of the `wanted` jobs to claim. Only a few while nothing is known about their payloads. */
  careful(wanted: number): number {
    return this.hasLearned ? wanted : Math.min(wanted, FIRST_CLAIM);
  }

  /** How many of the `wanted` jobs may be claimed in addition to those `waiting`. At least one if none is waiting. */
  limit(wanted: number, waiting: readonly RunningJob[]): number {
    if (!this.limits) return wanted;
    const fitting = this.fitting(MAX_WAITING_TEXT, waiting);
    return Math.min(wanted, Math.max(fitting, waiting.length === 0 ? 1 : 0));
  }

  /**
   * The same for claims that leave out the lanes of large jobs. At least one until the waiting text exceeds its limit.
   */
  limitBeside(wanted: number, waiting: readonly RunningJob[]): number {
    if (!this.limits) return wanted;
    const left = MAX_WAITING_BESIDE - textOf(waiting);
    return left > 0 ? Math.min(wanted, Math.max(this.fitting(MAX_WAITING_BESIDE, waiting), 1)) : 0;
  }

  private fitting(bound: number, waiting: readonly RunningJob[]): number {
    return Math.floor(Math.min(bound - textOf(waiting), MAX_CLAIMED_TEXT) / this.mean);
  }
}

/** The payload text of these jobs, in characters. */
export function textOf(jobs: readonly RunningJob[]): number {
  let length = 0;
  for (const { row } of jobs) length += payloadLength(row.payload);
  return length;
}
