import type { Break, Replacement } from './break.js';
import { BREAKS } from './breaks.js';

type Exports = Record<string, unknown>;

/** As seen from `dist`, where this runs compiled. */
const LIBRARY = new URL('../../../../libs/jobs/dist/', import.meta.url);
const IMPORT_REPLACEMENTS = `import { replacementFor } from ${JSON.stringify(import.meta.url)};`;

let made = 0;

/** Code for the ends of the library's compiled modules, by their URLs. It makes the replacements of some scenarios. */
export function codeByUrl(scenarios: readonly string[]): Map<string, string> {
  const codes = new Map<string, string>();
  for (const { scenario, replacements } of scenarios.map(breakOf))
    for (const [index, { file, name }] of replacements.entries()) {
      const [exported, method] = partsOf(name);
      const target = method === undefined ? exported : `${exported}.prototype.${method}`;
      const { href } = new URL(file.replace(/\.ts$/, '.js'), LIBRARY);
      const code = codes.get(href) ?? IMPORT_REPLACEMENTS;
      codes.set(href, `${code}\n${target} = replacementFor('${scenario}', ${index}, { ${exported} });`);
    }
  return codes;
}

/** Called by that code. */
export function replacementFor(scenario: string, index: number, exports: Exports): unknown {
  const replacement = breakOf(scenario).replacements[index]!;
  const replacing = replacement.instead(originalOf(exports, replacement) as never);
  made++;
  return replacing;
}

/** How many this process has made. */
export function replacementsMade(): number {
  return made;
}

/** What a module has under the name of a replacement. Throws if that is no function. */
export function originalOf(exports: Exports, { file, name }: Replacement): unknown {
  const [exported, method] = partsOf(name);
  const found = exports[exported];
  const original = method === undefined ? found : (found as { prototype?: Exports } | undefined)?.prototype?.[method];
  if (typeof original !== 'function') throw new Error(`libs/jobs/src/${file} exports no ${name}`);
  return original;
}

function partsOf(name: string): [exported: string, method?: string] {
  return name.split('.') as [string, string?];
}

function breakOf(name: string): Break {
  const found = BREAKS.find(({ scenario }) => scenario === name);
  if (!found) throw new Error(`There is no break for the scenario "${name}"`);
  return found;
}
