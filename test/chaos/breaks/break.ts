import type { statement } from '../../../libs/jobs/src/store/statement.js';

/** Something of the library that keeps a promise, and what to put in its place so that the promise is broken. */
export interface Replacement {
  /** Below `libs/jobs/src`. */
  file: string;
  /** An exported function, or a method of an exported class: `function` or `Class.method`. */
  name: string;
  instead: (original: never) => unknown;
  /** Set where it is the text of statements that changes. */
  texts?: TextEdit;
}

export interface TextEdit {
  /** Their names, without the prefix that they are prepared with. */
  statements: readonly string[];
  edit: (text: string) => string;
}

export interface Break {
  scenario: string;
  replacements: readonly Replacement[];
  /** What the harness has to say then. */
  says: RegExp;
  /** Faults, where the smallest count gives it too few chances. */
  faults?: number;
}

/** Replaces a function or a method. `instead` gets the original. */
export function replace<F>(file: string, name: string, instead: (original: F) => F): Replacement {
  return { file, name, instead };
}

/** Changes every text of some statements. */
export function editTexts(statements: readonly string[], edit: (text: string) => string): Replacement {
  const instead =
    (original: typeof statement): typeof statement =>
    (name, text, options) => {
      if (!statements.includes(name)) return original(name, text, options);
      const { text17, pooledText } = options ?? {};
      return original(name, edit(text), {
        ...options,
        ...(text17 !== undefined && { text17: edit(text17) }),
        ...(pooledText !== undefined && { pooledText: edit(pooledText) }),
      });
    };
  return { file: 'store/statement.ts', name: 'statement', instead, texts: { statements, edit } };
}

/** What a replacement breaks, for people. */
export function describeReplacement({ file, name, texts }: Replacement): string {
  return texts ? `the text of ${texts.statements.join(', ')}` : `${name} in ${file}`;
}
