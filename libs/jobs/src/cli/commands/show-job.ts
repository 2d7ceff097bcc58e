import type { JobLog } from '../../enqueue/job-log.js';
import type { ExactJobView } from '../../enqueue/job-details.js';
import { prettyJson } from '../pretty-json.js';
import { age } from '../text.js';

const LABEL_WIDTH = 10;

/** A job for people, in lines. */
export function showJob(job: ExactJobView, nowMs: number): string[] {
  const when = (time: Date | null) => time && `${time.toISOString()} (${distance(time, nowMs)})`;
  const facts: [string, string | null][] = [
    ['id', job.id],
    ['type', job.type],
    ['status', `${job.status}${job.progress === null ? '' : `, ${job.progress} %`}`],
    ['note', job.progressNote],
    ['attempts', `${job.attempts} of ${job.maxAttempts}`],
    ['queue', `${job.queue}, priority ${job.priority}`],
    ['created', when(job.createdAt)],
    ['due', when(job.scheduledAt)],
    ['started', when(job.startedAt)],
    ['ended', when(job.completedAt)],
    ['timeout', job.timeoutMs === null ? null : age(job.timeoutMs)],
    ['key', job.uniqueKey],
    ['tags', job.tags.join(', ') || null],
  ];
  return [
    ...facts.filter(([, value]) => value !== null).map(([label, value]) => label.padEnd(LABEL_WIDTH) + oneLine(value!)),
    ...section('Payload', prettyJson(job.payloadText)),
    ...section('Result', job.resultText === null || job.resultText === 'null' ? '' : prettyJson(job.resultText)),
    ...section('Error', job.error ?? ''),
    ...failures(job),
  ];
}

/** A job's log for people, in lines. */
export function showLog({ lines, dropped }: JobLog): string[] {
  const texts = lines.map(({ loggedAt, attempt, message, fields }) =>
    [loggedAt.toISOString(), attempt, oneLine(message), fields && JSON.stringify(fields)].filter(Boolean).join('  '),
  );
  const title = dropped > 0 ? `Log, without ${dropped} lines that were dropped` : 'Log';
  return section(title, texts.join('\n') || 'No lines');
}

function failures({ failures: failed }: ExactJobView): string[] {
  const newestFirst = [...failed].reverse();
  return section(
    'Failed attempts, newest first',
    newestFirst
      .map(
        ({ attempt, error, failedAt }) => `${attempt}  ${failedAt.toISOString()}  ${oneLine(error.split('\n', 1)[0]!)}`,
      )
      .join('\n'),
  );
}

function section(title: string, text: string): string[] {
  if (text === '') return [];
  return ['', title, ...text.split('\n').map((line) => `  ${line}`)];
}

function oneLine(text: string): string {
  return text.replaceAll('\n', ' ');
}

function distance(time: Date, nowMs: number): string {
  const ms = nowMs - time.getTime();
  return ms >= 0 ? `${age(ms)} ago` : `in ${age(-ms)}`;
}
