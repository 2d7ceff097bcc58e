export interface Issue {
  path: string;
  message: string;
}

/** Issues by the field that they belong to. Those of no field have the key of an empty text. */
export type FieldErrors = Readonly<Record<string, readonly string[]>>;

/** Which field each issue of the server belongs to: the one whose path it has, or begins with. */
export function fieldErrors(issues: readonly Issue[], keys: readonly string[]): FieldErrors {
  const found: Record<string, string[]> = {};
  for (const { path, message } of issues) {
    const key = keys.filter((each) => isWithin(path, each)).sort((a, b) => b.length - a.length)[0] ?? '';
    const rest = path.slice(key.length).replace(/^\./u, '');
    (found[key] ??= []).push(rest === '' ? message : `${rest}: ${message}`);
  }
  return found;
}

function isWithin(path: string, key: string): boolean {
  return path === key || path.startsWith(`${key}.`) || path.startsWith(`${key}[`);
}
