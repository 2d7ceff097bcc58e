import type { ReactNode } from 'react';
import type { Status } from '../api/types';
import { useText } from '../text/language';

export type Mark = Status | 'paused' | 'warning';

/** Each state has a shape of its own, so that nobody needs to tell colours apart. */
const SHAPES: Record<Mark, ReactNode> = {
  pending: <circle className="line" cx="8" cy="8" r="5.5" />,
  blocked: <path className="line" d="M4 5.5V4h8v1.5L8 8l-4 2.5V12h8v-1.5L8 8 4 5.5Z" />,
  processing: (
    <>
      <circle className="line" cx="8" cy="8" r="6" />
      <path className="solid" d="m6.25 4.75 5.25 3.25-5.25 3.25Z" />
    </>
  ),
  completed: (
    <>
      <circle className="solid" cx="8" cy="8" r="7" />
      <path className="cut" d="m4.75 8.25 2.25 2.25 4.25-4.75" />
    </>
  ),
  failed: (
    <>
      <path className="solid" d="M8 .75 15.25 8 8 15.25.75 8Z" />
      <path className="cut" d="M8 4.5v4M8 11v.25" />
    </>
  ),
  cancelled: (
    <>
      <rect className="line" x="2" y="2" width="12" height="12" rx="2" />
      <path className="line" d="m5.5 5.5 5 5m0-5-5 5" />
    </>
  ),
  paused: (
    <>
      <rect className="line" x="1.75" y="1.75" width="12.5" height="12.5" rx="3" />
      <path className="line" d="M6 5.25v5.5M10 5.25v5.5" />
    </>
  ),
  warning: (
    <>
      <path className="solid" d="M8 1 15.5 14.5H.5Z" />
      <path className="cut" d="M8 6v4M8 12.25v.25" />
    </>
  ),
};

export function StateShape({ mark }: { mark: Mark }) {
  return (
    <svg className={`shape state-${mark}`} viewBox="0 0 16 16" aria-hidden="true">
      {SHAPES[mark]}
    </svg>
  );
}

/** A state as shape, colour and word. */
export function StateMark({ mark, children }: { mark: Mark; children: ReactNode }) {
  return (
    <span className="state">
      <StateShape mark={mark} />
      <span className="state-word">{children}</span>
    </span>
  );
}

export function StatusMark({ status }: { status: Status }) {
  const text = useText();
  return <StateMark mark={status}>{text.status[status]}</StateMark>;
}
