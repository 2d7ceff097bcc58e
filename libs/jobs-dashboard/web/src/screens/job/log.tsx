import { memo, useEffect, useRef } from 'react';
import type { JobLog, LogLine } from '../../api/types';
import { useNumber } from '../../parts/numbers';
import { useText } from '../../text/language';
import { Clock } from '../../time/time';

/** What the job has logged, oldest first. New lines appear by themselves. */
export function Log({ log }: { log: JobLog | undefined }) {
  const { job: text } = useText();
  const number = useNumber();
  if (!log || log.total === 0) return null;
  return (
    <section>
      <h2>{text.log}</h2>
      {log.dropped > 0 && <p className="quiet">{text.logDropped(number(log.dropped))}</p>}
      <Lines lines={log.lines} label={text.log} />
    </section>
  );
}

/** How far from its end the reader may be to be taken along, in pixels. */
const NEAR = 40;

function Lines({ lines, label }: { lines: readonly LogLine[]; label: string }) {
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const last = lines.at(-1)?.line;
  useEffect(() => {
    if (box.current && isAtEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [last]);
  const remember = ({ currentTarget: { scrollHeight, scrollTop, clientHeight } }: { currentTarget: HTMLElement }) => {
    isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR;
  };
  return (
    <div ref={box} className="log" tabIndex={0} role="region" aria-label={label} onScroll={remember}>
      <ol>
        {lines.map((line) => (
          <Line key={line.line} line={line} />
        ))}
      </ol>
    </div>
  );
}

const Line = memo(function Line({ line: { attempt, loggedAt, message, fields } }: { line: LogLine }) {
  const { job: text } = useText();
  return (
    <li>
      <span className="quiet">
        <Clock time={loggedAt} /> · {text.attempt(attempt)}
      </span>
      <span>{message}</span>
      {fields && <code className="quiet">{JSON.stringify(fields)}</code>}
    </li>
  );
});
