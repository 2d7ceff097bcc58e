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
  const tags = job.tags.map((tag) => (
    <Link key={tag} to="/" search={{ q: tokenText('tag', tag) }}>
      {tag}
    </Link>
  ));
  const id = (
    <span className="row">
      <code>{job.id}</code>
      <CopyButton value={job.id} label={text.id} />
    </span>
  );
  return (
    <section>
      <h2>{text.facts}</h2>
      <Facts
        facts={[
          [text.id, id],
          [text.queue, <SearchLink key="queue" name="queue" value={job.queue} />],
          [text.attempts, `${job.attempts}/${job.maxAttempts}`],
          [text.priority, String(job.priority)],
          [text.timeout, job.timeoutMs === null ? text.timeoutOfType : duration(job.timeoutMs)],
          [text.key, job.uniqueKey ?? none],
          [text.tags, tags.length > 0 ? <span className="tags">{tags}</span> : none],
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

function SearchLink({ name, value }: { name: string; value: string }) {
  return (
    <Link to="/" search={{ q: tokenText(name, value) }}>
      {value}
    </Link>
  );
}
