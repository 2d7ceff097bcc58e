import { closingOf, masked, propertyOf } from './masked.js';

/** What a module is to have. */
export interface Additions {
  /** Names and where they come from. Those that the file knows already are left out. */
  imports: readonly { name: string; from: string }[];
  /** Elements of the lists of `@Module()`. */
  elements: readonly { list: 'imports' | 'providers'; text: string }[];
  /** Whether the entities of the jobs go into the `entities` of `TypeOrmModule.forRoot()`. */
  entities: boolean;
}

/** Where a text is inserted, and what. */
interface Insertion {
  at: number;
  text: string;
}

const MODULE = /@Module\(\s*\{/g;
const IMPORT = /^import\s(?:[^'";]*?\sfrom\s*)?(['"])[^'"]*\1;?[^\S\n]*$/gm;
const TYPEORM = /\bTypeOrmModule\s*\.\s*forRoot\(\s*\{/g;

/** The text of the module with the additions. Null if it is not written so that this is safe. */
export function editModule(text: string, { imports, elements, entities }: Additions): string | null {
  const code = masked(text);
  const modules = [...code.matchAll(MODULE)];
  const lastImport = [...code.matchAll(IMPORT)].at(-1);
  if (modules.length !== 1 || !lastImport) return null;
  const open = modules[0]!.index + modules[0]![0].length - 1;
  const insertions: (Insertion | null)[] = [
    importLines(text, lastImport.index + lastImport[0].trimEnd().length, imports),
    ...listInsertions(code, open, elements),
    ...(entities ? [entitiesInsertion(code)] : []),
  ];
  return insertions.includes(null) ? null : inserted(text, insertions as Insertion[]);
}

function importLines(text: string, at: number, imports: Additions['imports']): Insertion {
  const code = masked(text);
  const unknown = imports.filter(({ name }) => !new RegExp(`\\b${name}\\b`).test(code));
  const [quote, end] = [/^import[^'"]*"/m.test(text) ? '"' : "'", text.slice(0, at).endsWith(';') ? ';' : ''];
  const lines = [...new Set(unknown.map(({ from }) => from))].map((from) => {
    const names = unknown.filter((one) => one.from === from).map(({ name }) => name);
    return `\nimport { ${names.join(', ')} } from ${quote}${from}${quote}${end}`;
  });
  return { at, text: lines.join('') };
}

function listInsertions(code: string, open: number, elements: Additions['elements']): (Insertion | null)[] {
  return (['imports', 'providers'] as const).flatMap((list) => {
    const texts = elements.filter((element) => element.list === list).map(({ text }) => text);
    return texts.length === 0 ? [] : intoList(code, open, list, texts);
  });
}

function intoList(code: string, open: number, name: string, texts: readonly string[]): (Insertion | null)[] {
  const at = propertyOf(code, open, name);
  if (at < 0) return [{ at: open + 1, text: `\n  ${name}: [${texts.join(', ')}],` }];
  return code[at] === '[' ? intoArray(code, at, texts) : [null];
}

/** At the end, in the form that the array has. */
function intoArray(code: string, open: number, texts: readonly string[]): Insertion[] {
  const close = closingOf(code, open);
  const inside = code.slice(open + 1, close);
  const last = open + inside.trimEnd().length;
  const comma = inside.trim() === '' || code[last] === ',' ? '' : ',';
  const lineEnd = code.slice(0, close).search(/\r?\n[^\n]*$/);
  const indent = /^[^\S\n]*/.exec(code.slice(code.lastIndexOf('\n', last) + 1))![0];
  const lines = linesOf(texts, lineEnd <= last ? `${indent}  ` : indent);
  if (lineEnd <= last) {
    const isShort = texts.every((text) => !text.includes('\n'));
    const space = inside.trim() === '' ? '' : ' ';
    return [{ at: last + 1, text: comma + (isShort ? space + texts.join(', ') : `${lines}\n${indent}`) }];
  }
  return [
    { at: last + 1, text: comma },
    { at: lineEnd, text: lines },
  ];
}

function linesOf(texts: readonly string[], indent: string): string {
  return texts.map((text) => `\n${indent}${text.replaceAll('\n', `\n${indent}`)},`).join('');
}

/** In front of the others, in the form that is safe whatever follows. */
function entitiesInsertion(code: string): Insertion | null {
  const found = [...code.matchAll(TYPEORM)];
  if (found.length !== 1) return null;
  const at = propertyOf(code, found[0]!.index + found[0]![0].length - 1, 'entities');
  if (at < 0 || code[at] !== '[') return null;
  const isEmpty = code.slice(at + 1, closingOf(code, at)).trim() === '';
  return { at: at + 1, text: isEmpty ? '...jobsEntities' : '...jobsEntities, ' };
}

/** From the end, so that the places of the others stay. */
function inserted(text: string, insertions: readonly Insertion[]): string {
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  return insertions
    .map((insertion, order) => ({ ...insertion, order }))
    .sort((a, b) => b.at - a.at || b.order - a.order)
    .reduce((done, one) => done.slice(0, one.at) + one.text.replaceAll('\n', lineBreak) + done.slice(one.at), text);
}
