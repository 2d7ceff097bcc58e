import type { CSSProperties } from 'react';
import type { Job } from '../../api/types';
import { Facts } from '../../parts/facts';
import { useText } from '../../text/language';
import { segmentsOf, type Segment } from '../../time/segments';
import { Clock, useDuration } from '../../time/time';
import { useNow } from '../../time/use-now';

/** How long the job waited and ran, as a bar and in words, and when. */
export function Timeline({ job }: { job: Job }) {
  const { job: text } = useText();
  const segments = segmentsOf(job, useNow());
  return (
    <section>
      <h2>{text.timeline}</h2>
      {segments.length > 0 && <Bar segments={segments} />}
      <Facts facts={timesOf(job, text)} />
    </section>
  );
}

function timesOf(job: Job, text: ReturnType<typeof useText>['job']) {
  const times = [
    [text.created, job.createdAt],
    [text.due, job.scheduledAt],
    [text.started, job.startedAt],
    [text.finished, job.completedAt],
  ] as const;
  return times.flatMap(([name, time]) => (time === null ? [] : [[name, <Clock key={name} time={time} />] as const]));
}

/** A short part keeps a width that can be seen. */
const LEAST_SHARE = 0.03;

/** The styles show a share beside the others, or below them. */
const shareOf = (share: number) => ({ '--share': Math.max(share, LEAST_SHARE) }) as CSSProperties;

function Bar({ segments }: { segments: readonly Segment[] }) {
  const { job: text } = useText();
  const duration = useDuration();
  const total = segments.reduce((sum, { ms }) => sum + ms, 0);
  return (
    <ol className="timeline">
      {segments.map(({ kind, ms, open }) => (
        <li key={kind} className={`segment segment-${kind}${open ? ' segment-open' : ''}`} style={shareOf(ms / total)}>
          <span className="segment-bar" aria-hidden="true" />
          <span className="segment-name">{text.segment[kind]}</span>{' '}
          <span className="segment-time">
            {duration(ms)}
            {open && '…'}
          </span>
        </li>
      ))}
    </ol>
  );
}
