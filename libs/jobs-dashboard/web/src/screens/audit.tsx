import { Link, useSearch } from '@tanstack/react-router';
import { useAudit } from '../api/queries';
import type { AuditEntry } from '../api/types';
import { ROW } from '../app/rows';
import { CodeText } from '../parts/code-text';
import { Empty } from '../parts/empty';
import { View } from '../parts/view';
import { useText } from '../text/language';
import { Ago } from '../time/time';

export function AuditScreen() {
  const { nav, audit: text } = useText();
  const { after } = useSearch({ from: '/audit' });
  return (
    <>
      <h1>{nav.audit}</h1>
      <View query={useAudit(after)}>
        {({ entries, next }) =>
          entries.length === 0 && after === undefined ? (
            <Empty title={text.empty} words={text.emptyText} />
          ) : (
            <>
              <AuditTable entries={entries} />
              <AuditPager after={after} next={next} />
            </>
          )
        }
      </View>
    </>
  );
}

function AuditTable({ entries }: { entries: readonly AuditEntry[] }) {
  const { audit: text } = useText();
  return (
    <table className="cards audit">
      <caption className="visually-hidden">{text.caption}</caption>
      <thead>
        <tr>
          <th scope="col">{text.what}</th>
          <th scope="col">{text.who}</th>
          <th scope="col">{text.job}</th>
          <th scope="col">{text.details}</th>
          <th scope="col" className="number">
            {text.when}
          </th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <AuditRow key={entry.id} entry={entry} />
        ))}
      </tbody>
    </table>
  );
}

function AuditRow({ entry: { id, action, actor, jobId, details, createdAt } }: { entry: AuditEntry }) {
  const { audit: text } = useText();
  return (
    <tr {...{ [ROW]: id }}>
      <th scope="row">{action}</th>
      <td className="who" data-label={text.who}>
        {actor}
      </td>
      <td className="of-job" data-label={text.job}>
        {jobId !== null && (
          <Link to="/job/$id" params={{ id: jobId }} data-open="">
            <code>{jobId}</code>
          </Link>
        )}
      </td>
      <td data-label={text.details}>
        <Details details={details} />
      </td>
      <td className="number" data-label={text.when}>
        <Ago time={createdAt} />
      </td>
    </tr>
  );
}

/** Letters that are shown as they are. Longer details are cut until somebody opens them. */
const SHORT = 120;

function Details({ details }: Pick<AuditEntry, 'details'>) {
  const { audit: text } = useText();
  const line = JSON.stringify(details);
  if (line.length <= SHORT) return <code className="quiet">{line}</code>;
  return (
    <details className="details">
      <summary>
        <code className="quiet">{line}</code>
      </summary>
      <CodeText code={JSON.stringify(details, null, 2)} label={text.details} />
    </details>
  );
}

function AuditPager({ after, next }: { after: string | undefined; next: string | null }) {
  const text = useText();
  if (after === undefined && next === null) return null;
  return (
    <nav className="row pager" aria-label={text.pages}>
      {after !== undefined && (
        <Link className="button" to="/audit" search={{}}>
          {text.first}
        </Link>
      )}
      {next !== null && (
        <Link className="button" to="/audit" search={{ after: next }}>
          {text.next}
        </Link>
      )}
    </nav>
  );
}
