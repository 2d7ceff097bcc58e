import { JOB_STATUSES } from '@monstera/jobs';
import { readFileSync } from 'node:fs';
import { Registry } from 'prom-client';
import ts from 'typescript';
import { resolveJobsOptions } from '../../libs/jobs/src/jobs.options.js';
import { readPage } from './markdown.js';
import { useHost } from '../jobs/use-host.js';

/** The cells of every table row of a page that begins with a name in backticks. */
function tableRows(path: string): string[][] {
  const rows = readPage(path).text.matchAll(/^\| `[^\n]+\|$/gm);
  return [...rows].map(([row]) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const unquoted = (cell = '') => cell.replaceAll('`', '');

const OPTION_FILES = ['libs/jobs/src/jobs.options.ts', 'libs/jobs/src/jobs.option-groups.ts'];

const statementsOf = (file: string) => [
  ...ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true).statements,
];

/** Every option of an interface of these files, nested ones as `outer.inner`. */
function optionNames(interfaceName: string, prefix = ''): string[] {
  const found = OPTION_FILES.flatMap(statementsOf).find(
    (node) => ts.isInterfaceDeclaration(node) && node.name.text === interfaceName,
  );
  return (found as ts.InterfaceDeclaration).members.filter(ts.isPropertySignature).flatMap((member) => {
    const name = `${prefix}${member.name.getText()}`;
    const [, nested] = /^Partial<(\w+)>$/.exec(member.type?.getText() ?? '') ?? [];
    return nested ? optionNames(nested, `${name}.`) : [name];
  });
}

describe('what the README says about the options', () => {
  const documented = tableRows('README.md').map(([name, value]) => [unquoted(name), unquoted(value)] as const);

  it('names each of them, and no other', () => {
    expect(documented.map(([name]) => name).sort()).toEqual(optionNames('JobsModuleOptions').sort());
  });

  it('shows the default of each', () => {
    // The version is by default that of the application.
    const defaults: Record<string, unknown> = { ...resolveJobsOptions(), version: undefined };
    const valueOf = (path: string) =>
      path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], defaults);
    const shown = (value: unknown) => (value === undefined ? '–' : JSON.stringify(value).replaceAll('"', "'"));
    expect(documented).toEqual(documented.map(([name]) => [name, shown(valueOf(name))]));
  });
});

describe('what the README says about a job', () => {
  it('shows every status in the diagram, and names the one that nothing sets', () => {
    const { snippets, text } = readPage('README.md');
    const diagram = snippets.find(({ language }) => language === 'mermaid')!.text;
    const drawn = new Set(diagram.match(/\b[a-z]+(?= -->)|(?<=--> )[a-z]+/g));
    expect([...drawn, 'blocked'].sort()).toEqual([...JOB_STATUSES].sort());
    expect(text).toContain('`blocked`');
  });

  it('keeps the first job within twelve lines', () => {
    const first = readPage('README.md').snippets.find(({ file }) => file === 'libs/monstera/src/hello.ts')!;
    expect(first.text.split('\n').filter((line) => line.trim()).length).toBeLessThanOrEqual(12);
  });
});

describe('what the documentation says about metrics', () => {
  const registry = new Registry();
  useHost({ jobs: { metricsRegistry: registry } });

  it('names every metric with its labels, and no other', () => {
    const documented = tableRows('docs/health-and-metrics.md').filter(([name]) => /^`jobs?_/.test(name!));
    const real = registry.getMetricsAsArray() as unknown as { name: string; labelNames: string[] }[];
    const sorted = (metrics: { name: string; labels: string[] }[]) =>
      metrics.sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(
      sorted(
        documented.map(([name, labels]) => ({
          name: unquoted(name),
          labels: unquoted(labels).split(', ').filter(Boolean),
        })),
      ),
    ).toEqual(sorted(real.map(({ name, labelNames }) => ({ name, labels: labelNames }))));
  });
});
