import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ReadyApp, useAppFolder } from '../support/app-process.js';
import { eventually } from '../support/index.js';
import { readPage } from './markdown.js';
import { commandsOf, curl } from './readme-curl.js';
import { useDatabase } from '../support/use-database.js';

const { snippets } = readPage('README.md');

describe('the tour of the README', () => {
  const folder = useAppFolder();
  const database = useDatabase();
  let app: ReadyApp;
  let token: string;

  beforeAll(async () => {
    app = await folder.start({ env: { DATABASE_URL: database.url }, readyWithinMs: 60_000 });
    token = await folder.token();
  }, 90_000);

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
    const [, month] = /"month":\s*"(\d{4}-\d\d)"/.exec(ask!)!;
    await post(ask!);
    const answer = await eventually(async () => {
      const response = await curl(download!, app.address, token);
      return response.status === 200 && response;
    });
    expect(answer.headers.get('content-disposition')).toContain(`monthly-report-${month}.xlsx`);
  });

  it('cleans up', async () => {
    const [clean] = commands('data_cleanup');
    const { id } = await post(clean!);
    await eventually(async () => expect(await job(id!)).toMatchObject({ status: 'completed', result: { deleted: 0 } }));
  });
});
