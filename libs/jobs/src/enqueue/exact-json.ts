import type { ExactJobView } from './job-details.js';

/** The JSON of a `JobView` in which no number of the payload and the result is rounded. */
export function exactJson(job: ExactJobView): string {
  const { payload: _payload, result: _result, payloadText, resultText, ...rest } = job;
  return `${JSON.stringify(rest).slice(0, -1)},"payload":${payloadText},"result":${resultText ?? 'null'}}`;
}
