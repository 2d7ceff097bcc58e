import type { Failure } from '../../api/types';
import { CodeText } from '../../parts/code-text';
import { useText } from '../../text/language';
import { Ago } from '../../time/time';

/** The failed attempts, newest first. Only the newest shows its whole text at once. */
export function Failures({ failures }: { failures: readonly Failure[] }) {
  const { job } = useText();
  if (failures.length === 0) return null;
  return (
    <section>
      <h2>{job.failures}</h2>
      <p className="quiet">{job.failuresNote}</p>
      <div className="failures">
        {failures.toReversed().map((failure, i) => (
          <FailedAttempt key={failure.failedAt + failure.attempt} failure={failure} isLatest={i === 0} />
        ))}
      </div>
    </section>
  );
}

function FailedAttempt({ failure, isLatest }: { failure: Failure; isLatest: boolean }) {
  const { job } = useText();
  const { attempt, error, failedAt } = failure;
  const [first = ''] = error.split('\n', 1);
  return (
    <details open={isLatest}>
      <summary>
        <strong>{job.attempt(attempt)}</strong> {isLatest && <span className="badge">{job.latest}</span>}{' '}
        <Ago time={failedAt} />
        <span className="error-line">{first}</span>
      </summary>
      <CodeText code={error} label={job.attempt(attempt)} />
    </details>
  );
}
