import { useState } from 'react';
import { CodeText } from './code-text';

interface Props {
  label: string;
  codes: readonly { name: string; code: string }[];
}

/** The same in several languages, one at a time. */
export function CopyTabs({ label, codes }: Props) {
  const [chosen, setChosen] = useState(0);
  const { name, code } = codes[chosen] ?? codes[0]!;
  return (
    <div className="copy-tabs">
      <div className="row switch" role="group" aria-label={label}>
        {codes.map((each, at) => (
          <button
            key={each.name}
            type="button"
            className="button button-small"
            aria-pressed={at === chosen}
            onClick={() => setChosen(at)}
          >
            {each.name}
          </button>
        ))}
      </div>
      <CodeText key={name} code={code} label={name} />
    </div>
  );
}
