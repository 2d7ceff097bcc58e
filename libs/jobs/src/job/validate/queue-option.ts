import type { JobsErrorIssue } from '../job.errors.js';
import { isName } from './option-checks.js';

/** A queue that a worker claims from. */
export type QueueOption = string | WeightedQueue;

export interface WeightedQueue {
  name: string;
  /** Its share of a worker's slots beside other queues with due jobs of the same priority, 1 to 100. Default 1. */
  weight?: number;
}

const NAMES = 'must be a list of names of letters, digits and _ . : -, at most 50 characters each';
const MAX_WEIGHT = 100;

export function queueName(queue: QueueOption): string {
  return typeof queue === 'string' ? queue : queue.name;
}

/** The weight of a queue by its name. Default 1. */
export function queueWeights(queues: readonly QueueOption[] = []): (queue: string) => number {
  const weights = new Map(
    queues.map((queue) => [queueName(queue), typeof queue === 'string' ? 1 : (queue.weight ?? 1)]),
  );
  return (queue) => weights.get(queue) ?? 1;
}

export function queueIssues(queues: unknown): JobsErrorIssue[] {
  if (queues === undefined) return [];
  if (!Array.isArray(queues) || queues.length === 0) return [{ path: 'queues', message: NAMES }];
  return queues.flatMap((queue: unknown, i) => issuesOf(queue, `queues.${i}`));
}

function issuesOf(queue: unknown, path: string): JobsErrorIssue[] {
  if (isName(queue)) return [];
  if (typeof queue !== 'object' || queue === null) return [{ path: 'queues', message: NAMES }];
  const { name, weight = 1, ...others } = queue as Record<string, unknown>;
  const [unknown] = Object.keys(others);
  if (!isName(name)) return [{ path: `${path}.name`, message: 'must be the name of a queue' }];
  if (unknown !== undefined)
    return [{ path: `${path}.${unknown}`, message: 'is unknown; a queue has a name and a weight' }];
  return isWeight(weight)
    ? []
    : [{ path: `${path}.weight`, message: `must be a whole number from 1 to ${MAX_WEIGHT}` }];
}

function isWeight(weight: unknown): boolean {
  return Number.isInteger(weight) && (weight as number) >= 1 && (weight as number) <= MAX_WEIGHT;
}
