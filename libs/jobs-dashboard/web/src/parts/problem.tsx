import { useCallback } from 'react';
import { ApiError } from '../api/client';
import { useText } from '../text/language';

/** What is wrong with a value of a request. */
export interface Issue {
  path: string;
  message: string;
}

interface Words {
  what: string;
  fix?: string;
  code?: string;
  issues: Issue[];
}

/** What went wrong and how to mend it, in words. */
export function useProblemWords(): (error: unknown) => Words {
  const { errors } = useText();
  return useCallback(
    (thrown) => {
      const error = thrown instanceof ApiError ? thrown : new ApiError(0, { detail: String(thrown) });
      const { detail, errorCode: code, fix, issues = [] } = error.problem;
      if (error.isMissingRoute) return { what: errors.missing, fix: errors.missingFix, code, issues: [] };
      if (error.status === 0) return { what: detail ?? errors.away, fix: errors.awayFix, issues: [] };
      const mend = error.needsSignIn ? errors.signIn(new URL('sign-in', document.baseURI).pathname) : fix;
      return { what: detail ?? errors.unknown(error.status), fix: mend, code, issues };
    },
    [errors],
  );
}

export function Issues({ issues }: { issues: readonly Issue[] }) {
  if (issues.length === 0) return null;
  return (
    <ul className="issues">
      {issues.map(({ path, message }) => (
        <li key={path + message}>
          <code>{path}</code> {message}
        </li>
      ))}
    </ul>
  );
}

/** An error of a screen, with a button that tries again. */
export function ProblemPanel({ error, retry }: { error: unknown; retry?: () => void }) {
  const { errors } = useText();
  const wordsOf = useProblemWords();
  const { what, fix, code, issues } = wordsOf(error);
  return (
    <section className="panel problem" role="alert">
      <h2>{errors.title}</h2>
      <p>{what}</p>
      <Issues issues={issues} />
      {fix !== undefined && (
        <p>
          <strong>{errors.fix}</strong>: {fix}
        </p>
      )}
      {(retry ?? code) !== undefined && (
        <p className="row">
          {retry && (
            <button type="button" className="button" onClick={retry}>
              {errors.retry}
            </button>
          )}
          {code !== undefined && <code className="quiet">{code}</code>}
        </p>
      )}
    </section>
  );
}
