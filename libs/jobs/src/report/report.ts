import { Logger } from '@nestjs/common';
import { CLAIM_LINES } from './claim-lines.js';
import { DATABASE_LINES } from './database-lines.js';
import { HOST_LINES } from './host-lines.js';
import type { Line } from './line.js';
import { SCHEDULE_LINES } from './schedule-lines.js';
import { WORKER_LINES } from './worker-lines.js';

const LINES = { ...WORKER_LINES, ...CLAIM_LINES, ...DATABASE_LINES, ...SCHEDULE_LINES, ...HOST_LINES };

type Lines = typeof LINES;

/** Names of the facts that are logged, beside the events of jobs (`job-log.ts`). */
export type FactName = keyof Lines;

const logger = new Logger('Jobs');

/** Logs a fact. The line that says it is in the file of its kind, such as `worker-lines.ts`. */
export function report<Name extends FactName>(name: Name, ...fact: Parameters<Lines[Name]>): void {
  const lineOf = LINES[name] as (...given: Parameters<Lines[Name]>) => Line;
  const { level, text, more } = lineOf(...fact);
  if (more === undefined) logger[level](text);
  else logger[level](text, more);
}
