import { Link, useSearch } from '@tanstack/react-router';
import type { JobPage } from '../../api/types';
import { useText } from '../../text/language';

interface Props {
  page: JobPage;
  after: string | undefined;
}

/** The next page, and the way back to the first. */
export function Pager({ page, after }: Props) {
  const text = useText();
  const { next, capped } = page;
  const { q } = useSearch({ from: '/' });
  return (
    <>
      {capped && <p className="quiet">{text.list.capped}</p>}
      {(after !== undefined || next !== null) && (
        <nav className="row pager" aria-label={text.pages}>
          {after !== undefined && (
            <Link className="button" to="/" search={{ q }}>
              {text.first}
            </Link>
          )}
          {next !== null && (
            <Link className="button" to="/" search={{ q, after: next }}>
              {text.next}
            </Link>
          )}
        </nav>
      )}
    </>
  );
}
