import { Link } from '@tanstack/react-router';
import type { Job } from '../../api/types';
import { tokenText } from '../../filter/tokens';
import { CopyButton } from '../../parts/code-text';
import { Facts } from '../../parts/facts';
import { useText } from '../../text/language';
import { useDuration } from '../../time/time';

export function JobFacts({ job }: { job: Job }) {
  const { job: text, none } = useText();
  const duration = useDuration();
  return (
    <section>
      <h2>{text.facts}</h2>
      <Facts
        facts={[
          [text.id, <JobId key="id" id={job.id} />],
          [text.queue, <SearchLink key="queue" name="queue" value={job.queue} />],
          [text.attempts, `${job.attempts}/${job.maxAttempts}`],
          [text.priority, String(job.priority)],
          [text.timeout, job.timeoutMs === null ? text.timeoutOfType : duration(job.timeoutMs)],
          [text.key, job.uniqueKey ?? none],
          [text.tags, job.tags.length > 0 ? <Tags key="tags" tags={job.tags} /> : none],
        ]}
      />
      <p>
        <Link to="/" search={{ q: tokenText('type', job.type) }}>
          {text.sameType}
        </Link>
      </p>
    </section>
  );
}

function JobId({ id }: { id: string }) {
  const { job: text } = useText();
  return (
    <span className="row">
      <code>{id}</code>
      <CopyButton value={id} label={text.id} />
    </span>
  );
}

function Tags({ tags }: { tags: readonly string[] }) {
  return (
    <span className="tags">
      {tags.map((tag) => (
        <SearchLink key={tag} name="tag" value={tag} />
      ))}
    </span>
  );
}

function SearchLink({ name, value }: { name: string; value: string }) {
  return (
    <Link to="/" search={{ q: tokenText(name, value) }}>
      {value}
    </Link>
  );
}
