import type { JobDefinition } from '../job/job-definition.js';
import { nearestName } from '../job/validate/nearest-name.js';
import { queueName, type QueueOption } from '../job/validate/queue-option.js';
import type { JobsRole } from '../jobs.options.js';

/** The warning for a process that should run jobs and has no processor. */
export function noProcessor(role: JobsRole): string {
  return (
    `This process has the role "${role}" but no processor, so it runs no jobs. List your classes with @ProcessesJob ` +
    'among the providers of a module, or set role: "producer" if others run them.'
  );
}

/**
 * The warning for `queues` that look like a mistake, or null. One is similar to a queue that is left out, or none
 * belongs to a processor here.
 */
export function queuesLookWrong(
  given: readonly QueueOption[] | undefined,
  processed: readonly JobDefinition[],
): string | null {
  if (!given) return null;
  const queues = given.map(queueName);
  const leftOut = [...new Set(processed.map(({ queue }) => queue))].filter((queue) => !queues.includes(queue));
  const known = new Set(processed.map(({ queue }) => queue));
  for (const queue of queues.filter((each) => !known.has(each))) {
    const meant = nearestName(queue, leftOut);
    if (meant) return `No processor here has the queue "${queue}" of the option queues. Did you mean "${meant}"?`;
  }
  if (queues.some((queue) => known.has(queue))) return null;
  return (
    `No processor here has one of the queues that this worker works on (${queues.join(', ')}). Their ` +
    `queues are ${leftOut.join(', ')}, and jobs of these wait for another worker.`
  );
}
