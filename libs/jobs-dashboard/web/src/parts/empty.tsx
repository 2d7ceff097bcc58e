import type { ReactNode } from 'react';
import { CodeText } from './code-text';

interface Props {
  title: string;
  words: string;
  /** Code that fills the screen. */
  code?: string;
  children?: ReactNode;
}

/** What a screen says if there is nothing to show, and what to do about it. */
export function Empty({ title, words, code, children }: Props) {
  return (
    <section className="panel empty">
      <h2>{title}</h2>
      <p>{words}</p>
      {code !== undefined && <CodeText code={code} label={title} />}
      {children}
    </section>
  );
}
