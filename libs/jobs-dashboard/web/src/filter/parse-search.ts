import { STATUSES } from '../api/types';
import type { Filter } from './filter';
import { addAt, literalOf, treeText } from './payload-text';
import { isTime } from './times';
import { tokensOf, type Token } from './tokens';

export type SearchProblem =
  | { kind: 'unknown'; word: string }
  | { kind: 'bare'; word: string }
  | { kind: 'empty'; word: string }
  | { kind: 'twice'; word: string }
  | { kind: 'status'; word: string }
  | { kind: 'worker'; word: string }
  | { kind: 'time'; word: string };

export interface Search {
  filter: Filter;
  problems: SearchProblem[];
  /** The id, if the search is nothing but one. */
  id?: string;
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const MANY = ['type', 'status', 'queue', 'tag'] as const;
const ONE = ['key', 'worker', 'error', 'since', 'until'] as const;
const PAYLOAD = 'payload.';

/** The keys of a search. */
export const SEARCH_KEYS = [...MANY, ...ONE, PAYLOAD] as const;

/** Reads a search such as `type:mail error:"ECONN" payload.user_id:7`. A word that it cannot use is a problem. */
export function parseSearch(search: string): Search {
  const tokens = tokensOf(search);
  const [only] = tokens;
  if (tokens.length === 1 && only && (only.key === '' || only.key === 'id') && UUID.test(only.value))
    return { filter: {}, problems: [], id: only.value };
  const filter: Filter = {};
  const tree = new Map();
  const problems = tokens.map((token) => add(filter, tree, token)).filter((problem) => problem !== null);
  if (tree.size > 0) filter.payload = treeText(tree);
  return { filter, problems };
}

function add(filter: Filter, tree: Map<string, string>, token: Token): SearchProblem | null {
  const { key, value, quoted, text } = token;
  const many = MANY.find((known) => known === key);
  const one = ONE.find((known) => known === key);
  if (key === '') return { kind: 'bare', word: text };
  if (!many && !one && !key.startsWith(PAYLOAD)) return { kind: 'unknown', word: key };
  if (value === '' && !key.startsWith(PAYLOAD)) return { kind: 'empty', word: key };
  if (many) {
    filter[many] = [...(filter[many] ?? []), value];
    return many === 'status' && !STATUSES.some((known) => known === value) ? { kind: 'status', word: value } : null;
  }
  if (one) return addOne(filter, one, value);
  return addAt(tree, key.slice(PAYLOAD.length), literalOf(value, quoted)) ? null : { kind: 'twice', word: key };
}

function addOne(filter: Filter, key: (typeof ONE)[number], value: string): SearchProblem | null {
  if (filter[key] !== undefined) return { kind: 'twice', word: key };
  filter[key] = value;
  if (key === 'worker' && !UUID.test(value)) return { kind: 'worker', word: value };
  return (key === 'since' || key === 'until') && !isTime(value) ? { kind: 'time', word: value } : null;
}
