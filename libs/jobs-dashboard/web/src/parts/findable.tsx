import { useState, type ReactNode } from 'react';
import { useText } from '../text/language';
import { useNumber } from './numbers';

interface Props<T> {
  items: readonly T[];
  /** How many there are, if `items` has not all of them. */
  total?: string;
  children: (shown: readonly T[]) => ReactNode;
}

/** How many rows a screen shows before somebody asks for more. */
const STEP = 100;

/** Shows a part of a long list, and more on demand: a browser is slow with thousands of rows. */
export function Findable<T>({ items, total, children }: Props<T>) {
  const { find } = useText();
  const number = useNumber();
  const [limit, setLimit] = useState(STEP);
  const rest = items.length - limit;
  const isPart = rest > 0 || total !== undefined;
  const shown = Math.min(limit, items.length);
  return (
    <>
      {children(items.slice(0, limit))}
      {isPart && (
        <p className="row row-end quiet">
          {find.shown(number(shown), total ?? number(items.length))}
          {rest > 0 && (
            <button type="button" className="button" onClick={() => setLimit(limit + STEP)}>
              {find.more(number(Math.min(rest, STEP)))}
            </button>
          )}
        </p>
      )}
    </>
  );
}

interface FindProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

/** Searches a list by a part of the name. */
export function FindBox({ label, value, onChange }: FindProps) {
  const { find } = useText();
  return (
    <search className="find">
      <input
        type="search"
        className="input"
        aria-label={label}
        placeholder={find.placeholder}
        value={value}
        maxLength={100}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        onChange={({ target }) => onChange(target.value)}
      />
    </search>
  );
}
