import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { createTestDatabase } from '../support/index.js';
import { readPages, type Page, type Snippet } from './markdown.js';
import { typeCheck } from './type-check.js';

const pages = readPages();

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
    expect(typeCheck(files)).toEqual([]);
  }, 60_000);

  it('notices TypeScript that does not', () => {
    const files = new Map([
      ['docs-snippets/x.ts', `import { defineJob } from '@monstera/jobs';\ndefineJob({ typ: 'x' });`],
    ]);
    expect(typeCheck(files)).toEqual([expect.stringContaining('docs-snippets/x.ts:2')]);
  }, 60_000);

  it.each(pages.filter((page) => snippetsOf(page, 'sql').length > 0).map((page) => [page.path, page] as const))(
    'has SQL that runs: %s',
    async (_path, page) => {
      const database = await createTestDatabase();
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      try {
        for (const { line, context, text } of snippetsOf(page, 'sql'))
          await client.query(`${context}\n${text}`).catch((error: Error) => {
            throw new Error(`${page.path}:${line} ${error.message}`);
          });
      } finally {
        await client.end();
        await database.drop();
      }
    },
  );

  it('has JSON that parses', () => {
    for (const page of pages)
      for (const { text } of snippetsOf(page, 'json')) expect(() => JSON.parse(text)).not.toThrow();
  });

  it('names only commands that exist', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const known = new Set([...Object.keys(scripts), 'ci', 'install', 'pack']);
    const named = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/\bnpm (?:run (?:-s )?)?([a-z][a-z:-]*)/g)].map(([, name = '']) => ({ path, name })),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter(({ name }) => !known.has(name))).toEqual([]);
  });

  it('uses only kinds of blocks that are looked at', () => {
    const checked = ['ts', 'sql', 'sh', 'json'];
    const shown = ['mermaid', 'text', 'ini', 'yaml', 'promql'];
    const unknown = pages.flatMap(({ snippets }) =>
      snippets.filter(({ language }) => ![...checked, ...shown].includes(language)),
    );
    expect(unknown.map(({ page, line, language }) => `${page}:${line} ${language}`)).toEqual([]);
  });
});
