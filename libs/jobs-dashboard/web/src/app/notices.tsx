import { createContext, use, useCallback, useMemo, useState, type ReactNode } from 'react';
import { Issues, useProblemWords, type Issue } from '../parts/problem';
import { useText } from '../text/language';

interface Notice {
  id: number;
  kind: 'done' | 'problem';
  words: string;
  fix?: string | undefined;
  /** What is wrong with each value of the request. */
  issues?: readonly Issue[];
}

interface Notices {
  tell: (words: string) => void;
  /** For an action of which a part did not succeed. */
  tellTrouble: (words: string) => void;
  tellError: (error: unknown) => void;
}

const NoticesContext = createContext<Notices>({
  tell: () => undefined,
  tellTrouble: () => undefined,
  tellError: () => undefined,
});

const SHOWN_MS = 8_000;
let lastId = 0;

export const useNotices = () => use(NoticesContext);

/** Shows what an action did, for a while. A problem stays until it is closed. */
export function NoticesProvider({ children }: { children: ReactNode }) {
  const [notices, setNotices] = useState<Notice[]>([]);
  const wordsOf = useProblemWords();
  const close = useCallback((id: number) => setNotices((shown) => shown.filter((notice) => notice.id !== id)), []);
  const show = useCallback(
    (notice: Omit<Notice, 'id'>) => {
      const id = (lastId += 1);
      setNotices((shown) => [...shown.slice(-2), { ...notice, id }]);
      if (notice.kind === 'done') setTimeout(() => close(id), SHOWN_MS);
    },
    [close],
  );
  const api = useMemo(
    () => ({
      tell: (words: string) => show({ kind: 'done', words }),
      tellTrouble: (words: string) => show({ kind: 'problem', words }),
      tellError: (error: unknown) => {
        const { what, fix, issues } = wordsOf(error);
        show({ kind: 'problem', words: what, fix, issues });
      },
    }),
    [show, wordsOf],
  );
  return (
    <NoticesContext value={api}>
      {children}
      <NoticeList notices={notices} close={close} />
    </NoticesContext>
  );
}

interface ListProps {
  notices: Notice[];
  close: (id: number) => void;
}

function NoticeList({ notices, close }: ListProps) {
  const text = useText();
  return (
    <div className="notices" role="status" aria-live="polite">
      {notices.map(({ id, kind, words, fix, issues = [] }) => (
        <div key={id} className={`notice notice-${kind}`}>
          <div>
            <p>{words}</p>
            <Issues issues={issues} />
            {fix !== undefined && <p className="quiet">{fix}</p>}
          </div>
          <button type="button" className="icon-button" aria-label={text.close} onClick={() => close(id)}>
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <path d="m4 4 8 8m0-8-8 8" />
            </svg>
          </button>
        </div>
      ))}
    </div>
  );
}
