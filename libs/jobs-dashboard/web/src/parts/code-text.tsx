import { useState } from 'react';
import { useText } from '../text/language';
import { copyText } from './copy-text';

interface Props {
  code: string;
  label: string;
}

const SHOWN_LETTERS = 20_000;
/** How long a button says what became of the copy, in milliseconds. */
const SHOWN_MS = 2_000;

/** Text in a fixed font, with a button that copies all of it. Of a very long text it shows the beginning first. */
export function CodeText({ code, label }: Props) {
  const text = useText();
  const [isWhole, setWhole] = useState(false);
  const isLong = code.length > SHOWN_LETTERS && !isWhole;
  return (
    <div className="code">
      <pre tabIndex={0} role="region" aria-label={label}>
        {isLong ? `${code.slice(0, SHOWN_LETTERS)}…` : code}
      </pre>
      <div className="code-tools">
        {isLong && (
          <button type="button" className="button button-small" onClick={() => setWhole(true)}>
            {text.showAll}
          </button>
        )}
        <CopyButton value={code} label={label} />
      </div>
    </div>
  );
}

type Outcome = 'copied' | 'notCopied';

export function CopyButton({ value, label }: { value: string; label: string }) {
  const text = useText();
  const [outcome, setOutcome] = useState<Outcome>();
  const words = text[outcome ?? 'copy'];
  const copy = async (button: HTMLElement) => {
    setOutcome((await copyText(value, button)) ? 'copied' : 'notCopied');
    setTimeout(() => setOutcome(undefined), SHOWN_MS);
  };
  return (
    <button
      type="button"
      className="button button-small"
      aria-label={`${words}: ${label}`}
      onClick={({ currentTarget }) => void copy(currentTarget)}
    >
      {words}
    </button>
  );
}
