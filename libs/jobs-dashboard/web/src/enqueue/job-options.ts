import { agoMs } from '../filter/times';

/** What is in the fields of the options, as it is written there. */
export interface OptionTexts {
  queue: string;
  priority: string;
  /** Such as `10m`. */
  delay: string;
  uniqueKey: string;
  /** Words with spaces or commas between them. */
  tags: string;
}

export const NO_OPTIONS: OptionTexts = { queue: '', priority: '', delay: '', uniqueKey: '', tags: '' };

/** The options of a job, as the API takes them. */
export interface JobOptions {
  queue?: string;
  priority?: number;
  delayMs?: number;
  uniqueKey?: string;
  tags?: string[];
}

/** Null if the delay is not a duration. */
export function optionsOf({ queue, priority, delay, uniqueKey, tags }: OptionTexts): JobOptions | null {
  const delayMs = delay.trim() === '' ? undefined : agoMs(delay.trim());
  if (delayMs === null) return null;
  const words = tags.split(/[\s,]+/u).filter((word) => word !== '');
  return {
    ...(queue.trim() !== '' && { queue: queue.trim() }),
    ...(priority !== '' && { priority: Number(priority) }),
    ...(delayMs !== undefined && { delayMs }),
    ...(uniqueKey !== '' && { uniqueKey }),
    ...(words.length > 0 && { tags: words }),
  };
}
