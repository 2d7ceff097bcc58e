import { useState } from 'react';
import { useText } from '../text/language';

interface Props {
  code: string;
  label: string;
}

const SHOWN_LETTERS = 20_000;

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

export function CopyButton({ value, label }: { value: string; label: string }) {
  const text = useText();
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  };
  return (
    <button
      type="button"
      className="button button-small"
      aria-label={`${text.copy}: ${label}`}
      onClick={() => void copy().catch(() => undefined)}
    >
      {isCopied ? text.copied : text.copy}
    </button>
  );
}
