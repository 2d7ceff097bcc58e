import { JobNotFoundError } from '../../job/job.errors.js';
import { readWhyFacts } from './why-reader.js';
import { whyNotRunning, type WhyNotRunning } from './why-not-running.js';

/** Says why a job is not running. Throws `JobNotFoundError`. */
export async function explainJob(
  parts: Parameters<typeof readWhyFacts>[0],
  shard: number,
  id: string,
): Promise<WhyNotRunning> {
  const facts = await readWhyFacts(parts, shard, id);
  if (!facts) throw new JobNotFoundError(id);
  return whyNotRunning(facts);
}
