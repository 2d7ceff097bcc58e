import { useNavigate } from '@tanstack/react-router';
import { useRef, useState, type RefObject, type SubmitEvent } from 'react';
import { parseSearch, SEARCH_KEYS, type SearchProblem } from '../../filter/parse-search';
import { useText } from '../../text/language';

interface Props {
  search: string;
  onSearch: (search: string) => void;
}

/** The search, with what can be in it. An id opens its job. */
export function SearchBox({ search, onSearch }: Props) {
  const { list } = useText();
  const [written, setWritten] = useState(search);
  const input = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();
  const { problems } = parseSearch(search);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const { id } = parseSearch(written);
    if (id !== undefined) void navigate({ to: '/job/$id', params: { id } });
    else onSearch(written.trim());
  };
  const add = (key: string) => {
    setWritten((before) => `${before.trimEnd()} ${key.endsWith('.') ? key : `${key}:`}`.trimStart());
    input.current?.focus();
  };
  return (
    <search className="search">
      <form onSubmit={submit}>
        <SearchInput input={input} hasProblems={problems.length > 0} written={written} onWrite={setWritten} />
        <button className="button button-main">{list.search}</button>
      </form>
      <Hints add={add} />
      <Problems problems={problems} />
    </search>
  );
}

interface InputProps {
  input: RefObject<HTMLInputElement | null>;
  hasProblems: boolean;
  written: string;
  onWrite: (text: string) => void;
}

function SearchInput({ input, hasProblems, written, onWrite }: InputProps) {
  const { list } = useText();
  return (
    <input
      ref={input}
      type="search"
      aria-label={list.search}
      aria-describedby={hasProblems ? 'search-problems' : undefined}
      aria-invalid={hasProblems}
      placeholder={list.placeholder}
      value={written}
      maxLength={2_000}
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      enterKeyHint="search"
      onChange={({ target }) => onWrite(target.value)}
      onKeyDown={({ key, currentTarget }) => {
        if (key === 'Escape') currentTarget.blur();
      }}
    />
  );
}

function Hints({ add }: { add: (key: string) => void }) {
  const { list } = useText();
  return (
    <ul className="hints" aria-label={list.add}>
      {SEARCH_KEYS.map((key) => (
        <li key={key}>
          <button type="button" title={list.hints[key]} onClick={() => add(key)}>
            {key.endsWith('.') ? `${key}*:` : `${key}:`}
            <span className="visually-hidden"> {list.hints[key]}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Problems({ problems }: { problems: SearchProblem[] }) {
  const { list } = useText();
  if (problems.length === 0) return null;
  return (
    <div role="alert">
      <ul id="search-problems" className="search-problems">
        {problems.slice(0, 3).map(({ kind, word }) => (
          <li key={kind + word}>{list.problems[kind](word)}</li>
        ))}
      </ul>
    </div>
  );
}
