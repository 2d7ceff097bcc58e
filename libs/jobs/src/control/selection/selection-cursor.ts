import { isUuid } from '../../job/job-id.js';
import { InvalidJobOptionError } from '../../job/job.errors.js';

/** The last job of a page. */
export interface SelectionCursor {
  id: string;
  /** When it finished, where jobs are in the order in which they finished. */
  finishedAt: string | null;
}

const FINISHED_AT = /^\d{4,6}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/;
/** Of a date without its time. */
const DAY_LENGTH = 10;
const TEXT = /^([0-9a-f-]{36})(?:~(.+))?$/;

/** What a caller gives back to get the next page. */
export function cursorText({ id, finishedAt }: SelectionCursor): string {
  return finishedAt === null ? id : `${id}~${finishedAt}`;
}

/** Throws `InvalidJobOptionError` if the text is no cursor for such a page. */
export function readCursor(text: unknown, isFinished: boolean): SelectionCursor {
  const [, id, finishedAt = null] = (typeof text === 'string' && TEXT.exec(text)) || [];
  const isTime = finishedAt !== null && FINISHED_AT.test(finishedAt) && isDay(finishedAt);
  if (!isUuid(id) || isTime !== isFinished || (finishedAt !== null && !isTime))
    throw new InvalidJobOptionError(
      'after',
      'is no cursor of this selection',
      'Give the `next` of the page before, with the same filter.',
    );
  return { id, finishedAt };
}

/** JavaScript moves days such as 31 February on, and has a year 0. PostgreSQL knows neither. */
function isDay(time: string): boolean {
  const ms = Date.parse(time);
  return ms >= 0 && new Date(ms).toISOString().startsWith(time.slice(0, DAY_LENGTH));
}
