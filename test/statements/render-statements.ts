import { dirname, join, relative, sep } from 'node:path';
import { collectStatements, SOURCES, type CollectedStatement, type Load } from './collect-statements.js';
import { describeStatements, type Description } from './describe-statements.js';

/** Where the texts of statements are rendered to, in the project. */
export const RENDERED = join('libs', 'jobs', 'statements');

const WIDTH = 120;

export interface RenderedText {
  /** Below `RENDERED`, with slashes. */
  file: string;
  content: string;
}

interface Source extends CollectedStatement {
  project: string;
  description: Description;
}

const VARIANTS = [
  { property: 'text', suffix: '', use: null },
  { property: 'text17', suffix: '.pg17', use: 'For connections of a worker to PostgreSQL 17 and later.' },
  { property: 'pooledText', suffix: '.pooled', use: 'For connections through a pooler.' },
] as const;

/** Every text of every statement of the project. */
export async function renderStatements(project: string, load: Load): Promise<RenderedText[]> {
  const collected = await collectStatements(project, load);
  const descriptions = describeStatements([...new Set(collected.map(({ file }) => file))]);
  return collected
    .flatMap((source) =>
      renderTexts({ ...source, project, description: descriptions.get(source.file)!.get(source.name)! }),
    )
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}

function renderTexts(source: Source): RenderedText[] {
  const { statement } = source;
  const stage = relative(join(source.project, SOURCES), dirname(source.file));
  const name = statement.name.replace(/^jobs_/, '').replaceAll('_', '-');
  const path = (suffix: string) => slashes(join(stage, `${name}${suffix}.sql`));
  const distinct = VARIANTS.filter(
    ({ property }) => property === 'text' || ![undefined, statement.text].includes(statement[property]),
  );
  const others = distinct.slice(1).map(({ suffix }) => `${name}${suffix}.sql`);
  return distinct.map(({ property, suffix, use }) => {
    const note = use ?? (others.length > 0 ? `Other texts: ${others.join(', ')}.` : null);
    return { file: path(suffix), content: `${header(source, note)}\n${outdented(statement[property]!)}\n` };
  });
}

function header(source: Source, note: string | null): string {
  const { purpose, parameters } = source.description;
  const numbered = parameters.map((parameter, index) => `$${index + 1} ${parameter}`).join(', ');
  const origin = `${source.statement.name}: ${source.name} in ${slashes(relative(source.project, source.file))}`;
  const paragraphs = [purpose, note, numbered && `Parameters: ${numbered}.`, origin];
  return paragraphs.flatMap((paragraph) => (paragraph ? wrapped(paragraph) : [])).join('\n');
}

/** The lines of a comment. */
function wrapped(paragraph: string): string[] {
  const lines = ['--'];
  for (const word of paragraph.split(/(?<!\$\d+) /)) {
    const line = `${lines.at(-1)} ${word}`;
    if (line.length <= WIDTH) lines[lines.length - 1] = line;
    else lines.push(`--   ${word}`);
  }
  return lines;
}

/** A statement stands in its source between lines of code: without the indentation that all of it has there. */
function outdented(text: string): string {
  const lines = text.split('\n').map((line) => line.trimEnd());
  const indents = lines.filter((line) => line !== '').map((line) => line.search(/\S/));
  return lines
    .map((line) => line.slice(Math.min(...indents)))
    .join('\n')
    .trim();
}

function slashes(path: string): string {
  return path.split(sep).join('/');
}
