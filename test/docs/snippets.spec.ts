import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPage, readPages, type Page, type Snippet } from './markdown.js';
import { typeCheck } from './type-check.js';
import { useDatabase } from '../support/use-database.js';

/** Its statements depend on one another and on old tables, and have a test of their own. */
const TESTED_APART = 'docs/take-over-go-rows.md';

const pages = readPages();
const pagesWithSql = pages
  .filter((page) => page.path !== TESTED_APART && snippetsOf(page, 'sql').length > 0)
  .map(({ path }) => path);

function snippetsOf({ snippets }: Page, ...languages: string[]): Snippet[] {
  return snippets.filter(({ language }) => languages.includes(language));
}

/** Each page is an application of its own, in a folder that does not exist; blocks without a name are files of their own. */
function sourceFiles(): Map<string, string> {
  const files = new Map<string, string>();
  for (const page of pages)
    for (const snippet of snippetsOf(page, 'ts')) {
      const name = snippet.file ?? `line-${snippet.line}.ts`;
      files.set(join('docs-snippets', page.path, name), `${snippet.context}\n${snippet.text}\nexport {};\n`);
    }
  return files;
}

describe('the documentation', () => {
  it('has TypeScript that compiles, on every page', () => {
    const files = sourceFiles();
    expect(files.size).toBeGreaterThan(20);
    files.set('docs-snippets/wrong.ts', `import { defineJob } from '@monstera/jobs';\ndefineJob({ typ: 'x' });`);
    // What is wrong on purpose shows that mistakes are seen at all.
    expect(typeCheck(files)).toEqual([expect.stringContaining('docs-snippets/wrong.ts:2')]);
  }, 60_000);

  describe('has SQL', () => {
    const database = useDatabase({ each: true });

    it.each(pagesWithSql)('that runs: %s', async (path) => {
      const client = await database.connect();
      const failures: string[] = [];
      for (const { line, context, text } of snippetsOf(readPage(path), 'sql'))
        await client.query(`${context}\n${text}`).catch((error) => failures.push(`${path}:${line} ${error}`));
      expect(failures).toEqual([]);
    });
  });

  it('has JSON that parses', () => {
    const texts = pages.flatMap((page) => snippetsOf(page, 'json')).map(({ text }) => text);
    expect(texts.length).toBeGreaterThan(0);
    for (const text of texts) expect(() => JSON.parse(text)).not.toThrow();
  });

  it('names only commands that exist', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const known = new Set([...Object.keys(scripts), 'ci', 'install', 'pack', 'audit']);
    const named = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/(?:`|^|&& )npm (?:run )?([a-z][a-z:-]*)/gm)].map(([, name = '']) => ({ path, name })),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter(({ name }) => !known.has(name))).toEqual([]);
  });

  it('names only programs that exist', () => {
    const programs = pages.flatMap((page) =>
      snippetsOf(page, 'sh').flatMap(({ text }) => [...text.matchAll(/\bnode (\S+)/g)].map(([, file = '']) => file)),
    );
    expect(programs.length).toBeGreaterThan(0);
    const sources = programs.map((file) => file.replace('/dist/', '/src/').replace(/\.js$/, '.ts'));
    expect(sources.filter((file) => !existsSync(file))).toEqual([]);
  });

  it('uses only kinds of blocks that are looked at', () => {
    // What is js are settings of bundlers and test runners, which test/hosts uses as they stand.
    const checked = ['ts', 'js', 'sql', 'sh', 'json', 'diff'];
    const shown = ['mermaid', 'text', 'yaml', 'promql'];
    const unknown = pages.flatMap(({ snippets }) =>
      snippets.filter(({ language }) => ![...checked, ...shown].includes(language)),
    );
    expect(unknown.map(({ page, line, language }) => `${page}:${line} ${language}`)).toEqual([]);
  });
});
