import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/**
 * A fenced block. After the language it may say `file=<path>`: that file of an application which the page describes.
 * A piece that cannot stand alone has an HTML comment right above it that begins with `context`: code that readers do
 * not need to see and the compiler does, or SQL to be run before.
 */
export interface Snippet {
  page: string;
  /** Of the fence, from 1. */
  line: number;
  language: string;
  /** What the fence says after the language. */
  info: string;
  file?: string;
  /** What the comment above it says. */
  context: string;
  text: string;
}

export interface Page {
  path: string;
  text: string;
  snippets: Snippet[];
}

const FENCE = /(?:^<!-- context\n((?:(?!-->)[^\n]*\n)*)-->\n+)?^```(\w+)([^\n]*)\n([^]*?)^```$/gm;

/** Everything written for people to read: README, CONTRIBUTING, docs and the READMEs of the packages. */
export function readPages(): Page[] {
  const docs = readdirSync('docs', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'));
  const paths = [
    'README.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    'libs/jobs/README.md',
    'libs/jobs-dashboard/README.md',
  ];
  return [...paths, ...docs.map((name) => join('docs', name)).sort()].map((path) => readPage(path));
}

export function readPage(path: string): Page {
  const text = readFileSync(path, 'utf8');
  return { path, text, snippets: [...text.matchAll(FENCE)].map((match) => toSnippet(path, text, match)) };
}

/** Where the links lead that stay inside the repository, with the anchor that they ask for. */
export function innerLinks({ path, text }: Page): { target: string; anchor?: string }[] {
  const prose = text.replaceAll(FENCE, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [file = '', anchor] = link.split('#');
      return { target: file ? normalize(join(dirname(path), file)) : path, anchor };
    });
}

/** The anchors that GitHub gives to a page's headings. */
export function anchors(text: string): string[] {
  return [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function toSnippet(page: string, text: string, match: RegExpMatchArray): Snippet {
  const [whole, context = '', language = '', info = '', body = ''] = match;
  const fence = match.index! + whole.indexOf(`\`\`\`${language}${info}\n${body}`);
  return {
    page,
    line: text.slice(0, fence).split('\n').length,
    language,
    info,
    file: /\bfile=(\S+)/.exec(info)?.[1],
    context,
    text: body,
  };
}
