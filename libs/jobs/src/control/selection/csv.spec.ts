import { csvHead, csvLine, EXPORT_COLUMNS } from './csv.js';
import type { JobSummary } from './job-selection.js';

const JOB: JobSummary = {
  id: '018f0000-0000-7000-8000-000000000001',
  type: 'mail',
  queue: 'default',
  status: 'failed',
  priority: 5,
  attempts: 2,
  maxAttempts: 5,
  uniqueKey: null,
  progress: null,
  error: null,
  tags: ['a', 'b'],
  createdAt: new Date(0),
  scheduledAt: new Date(1),
  startedAt: new Date(2),
  completedAt: null,
};

const cellOf = (error: string) => /a b,(.*),1970-01-01T00:00:00\.000Z,1970/su.exec(csvLine({ ...JOB, error }))![1];

describe('a CSV file of jobs', () => {
  it('begins with the byte order mark and the names of its columns', () => {
    expect(csvHead()).toBe(`\uFEFF${EXPORT_COLUMNS.join(',')}\r\n`);
  });

  it('has a line for each job, ended as RFC 4180 wants it', () => {
    expect(csvLine(JOB)).toBe(
      `${JOB.id},mail,default,failed,5,2,5,,,a b,,1970-01-01T00:00:00.000Z,1970-01-01T00:00:00.001Z,1970-01-01T00:00:00.002Z,\r\n`,
    );
  });

  it('puts what separates cells and lines into quotes', () => {
    expect(cellOf('a "b", c\r\nd')).toBe('"a ""b"", c\r\nd"');
    expect(cellOf('日本語 🎉')).toBe('日本語 🎉');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r\n=1', ' =1', '＝1', '＋1', '－1', '＠x', '=cmd|"/c calc"!A1'])(
    'gives a spreadsheet no formula: %j',
    (text) => {
      const cell = cellOf(text)!;
      const shown = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
      expect(shown).toBe(`'${text}`);
    },
  );

  it.each(['1-1', 'a=b', 'x@y', "'=1"])('leaves other texts as they are: %s', (text) => {
    expect(cellOf(text)).toBe(text);
  });
});
