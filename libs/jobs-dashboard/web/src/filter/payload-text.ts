type Tree = Map<string, Tree | string>;

const LITERAL = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

/** A value of the search as JSON. What looks like a number, true, false or null is one, unless it is in quotes. */
export function literalOf(value: string, quoted: boolean): string {
  return !quoted && LITERAL.test(value) ? value : JSON.stringify(value);
}

/** Adds a value at a path such as `user.id`. Returns false if the path is empty or there is a value on it already. */
export function addAt(tree: Tree, path: string, value: string): boolean {
  const names = path.split('.');
  const last = names.pop()!;
  if (last === '' || names.includes('')) return false;
  let folder = tree;
  for (const name of names) {
    const next = folder.get(name) ?? new Map<string, Tree | string>();
    if (typeof next === 'string') return false;
    folder.set(name, next);
    folder = next;
  }
  if (folder.has(last)) return false;
  folder.set(last, value);
  return true;
}

/** The JSON of a tree whose leaves are JSON. It is written by hand, because JavaScript would round long numbers. */
export function treeText(tree: Tree): string {
  const members = [...tree].map(
    ([name, value]) => `${JSON.stringify(name)}:${typeof value === 'string' ? value : treeText(value)}`,
  );
  return `{${members.join(',')}}`;
}
