import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppFolder, type ReadyApp } from '../support/app-process.js';
import { createTestDatabase, eventually, type TestDatabase } from '../support/index.js';
import { readPage } from './markdown.js';
import { commandsOf, curl } from './readme-curl.js';

const { snippets } = readPage('README.md');

describe('the tour of the README', () => {
  let folder: AppFolder;
  let database: TestDatabase;
  let app: ReadyApp;
  let token: string;

  beforeAll(async () => {
    [folder, database] = await Promise.all([AppFolder.create(), createTestDatabase()]);
    app = await folder.start({ env: { DATABASE_URL: database.url }, readyWithinMs: 60_000 });
    token = await folder.token();
  }, 90_000);

  afterAll(async () => {
    await folder.remove();
    await database.drop();
  });

  const commands = (having: string) => commandsOf(snippets.find(({ text }) => text.includes(having))!.text);
  const post = async (command: string) =>
    (await (await curl(command, app.address, token)).json()) as { id?: string; job_id?: string };
  const job = async (id: string) => (await fetch(`${app.address}/jobs/api/v1/jobs/${id}`)).json();

  it('sends the reminder that it shows', async () => {
    const [remind] = commands('weekly_report_reminder');
    const { id } = await post(remind!);
    await eventually(async () =>
      expect(await job(id!)).toMatchObject({ status: 'completed', result: { outcome: 'sent' } }),
    );

    const outbox = join(folder.path, '.data', 'outbox');
    const mail = await readFile(join(outbox, (await readdir(outbox))[0]!), 'utf8');
    const shown = snippets.find(({ text }) => text.startsWith('To: '))!.text.trim();
    const unwrapped = mail.replaceAll('\r\n', '\n').replaceAll('=\n', '');
    for (const line of shown.split('\n')) expect(unwrapped).toContain(line);
  });

  it('builds the report that it downloads', async () => {
    const [ask, download] = commands('/monthly-reports');
    await post(ask!);
    const answer = await eventually(async () => {
      const response = await curl(download!, app.address, token);
      return response.status === 200 && response;
    });
    expect(answer.headers.get('content-disposition')).toContain('monthly-report-2026-10.xlsx');
  });

  it('cleans up', async () => {
    const [clean] = commands('data_cleanup');
    const { id } = await post(clean!);
    await eventually(async () => expect(await job(id!)).toMatchObject({ status: 'completed', result: { deleted: 0 } }));
  });
});
