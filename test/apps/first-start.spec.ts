import { startEmbeddedPostgres } from '@monstera/database';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { eventually } from '../support/index.js';
import { withServer } from '../support/server-connection.js';
import { useAppFolder } from '../support/app-process.js';

interface PrintedCommand {
  url: string;
  body: string;
}

/** The command as a shell would take it apart. */
function printedCommand(output: string): PrintedCommand {
  const [, url = ''] = /curl -X POST (\S+)/.exec(output) ?? [];
  const [, body = ''] = /-d '([^']+)'/.exec(output) ?? [];
  return { url, body };
}

/** Each test boots, and boots again, on a machine that may be busy with other suites. */
jest.setTimeout(60_000);

describe('npm start in an empty folder', () => {
  const folder = useAppFolder({ each: true });

  async function enqueue({ url, body }: PrintedCommand): Promise<Response> {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${await folder.token()}` };
    return fetch(url, { method: 'POST', headers, body });
  }

  async function mails(): Promise<string[]> {
    const outbox = join(folder.path, '.data', 'outbox');
    const names = await readdir(outbox).catch(() => []);
    return Promise.all(
      names.filter((name) => name.endsWith('.eml')).map((name) => readFile(join(outbox, name), 'utf8')),
    );
  }

  /** What the application left behind, read after it has ended. */
  async function inDatabase<T>(text: string): Promise<T[]> {
    const server = await startEmbeddedPostgres({ dataDir: join(folder.path, '.data', 'postgres') });
    try {
      return await withServer(server.url, async (client) => (await client.query(text)).rows as T[]);
    } finally {
      await server.stop();
    }
  }

  it('shows where everything is, mails the reminder of the printed command, and ends cleanly on SIGTERM', async () => {
    const app = await folder.start();
    const printed = app.output().match(/http:\/\/\S+(?= +│)/g) ?? [];
    expect(printed.map((url) => new URL(url).pathname)).toEqual([
      '/',
      '/jobs/sign-in',
      '/docs',
      '/metrics',
      '/health/ready',
    ]);
    for (const url of [...printed, `${app.address}/health/startup`, `${app.address}/health/live`]) {
      expect([url, (await fetch(url)).status]).toEqual([url, 200]);
    }

    const page = await fetch(`${app.address}/`, { headers: { accept: 'text/html' } });
    const links = [...(await page.text()).matchAll(/<a href="([^"]+)"/gu)].map(([, path]) => `${app.address}/${path}`);
    expect(links).toHaveLength(7);
    for (const url of links) expect([url, (await fetch(url)).status]).toEqual([url, 200]);

    expect((await enqueue(printedCommand(app.output()))).status).toBe(201);
    const [mail] = await eventually(async () => (await mails()).length === 1 && mails());
    expect(mail).toContain('To: demo.engineer.2@example.com');

    expect(await app.end('SIGTERM')).toBe(0);
    expect(await inDatabase('select status, count(*)::int from jobs group by status')).toEqual([
      { status: 'completed', count: 1 },
    ]);
  });

  it('lets the printed link change things, nothing else, and keeps its token over a restart', async () => {
    const app = await folder.start();
    const link = /http:\S+sign-in\S+/.exec(app.output())![0];
    const { url, body } = printedCommand(app.output());
    const post = (headers: Record<string, string>) =>
      fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });

    expect((await post({})).status).toBe(401);
    const cookie = (await fetch(link, { redirect: 'manual' })).headers.get('set-cookie')!.split(';')[0]!;
    expect((await post({ cookie, 'sec-fetch-site': 'same-origin' })).status).toBe(201);
    expect((await fetch(`${app.address}/users`)).status).toBe(200);
    expect((await fetch(`${app.address}/users`, { headers: { 'x-real-ip': '127.0.0.1' } })).status).toBe(401);
    expect((await stat(join(folder.path, '.data', 'admin-token'))).mode & 0o777).toBe(0o600);

    expect(await app.end('SIGTERM')).toBe(0);
    expect((await folder.start()).output()).toContain(new URL(link).search);
  });

  it('sends nothing to the demo user who has handed in', async () => {
    const app = await folder.start();
    const { url, body } = printedCommand(app.output());
    const handedIn = body.replace('000000000002', '000000000001');

    expect(handedIn).not.toBe(body);
    const { id } = (await (await enqueue({ url, body: handedIn })).json()) as { id: string };
    await eventually(async () => {
      expect(await (await fetch(`${url}/${id}`)).json()).toMatchObject({ status: 'completed' });
    });

    expect(await mails()).toEqual([]);
    expect(await app.end('SIGINT')).toBe(0);
  });

  it('starts again after kill -9, with its data, and seeds no second time', async () => {
    const killed = await folder.start();
    const { id } = (await (await enqueue(printedCommand(killed.output()))).json()) as { id: string };
    await eventually(async () => expect(await mails()).toHaveLength(1));
    expect(await killed.end('SIGKILL')).toBe('SIGKILL');

    const app = await folder.start();

    expect(await (await fetch(`${app.address}/jobs/api/v1/jobs/${id}`)).json()).toMatchObject({ id });
    expect(await app.end('SIGTERM')).toBe(0);
    expect(await inDatabase('select count(*)::int as users from users')).toEqual([{ users: 5 }]);
  });

  it('says that the port is taken and how to choose another', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;

    const { exit, output } = await folder.run({ env: { PORT: String(port) } });

    other.close();
    expect(exit).toBe(1);
    expect(output).toContain(`MONSTERA_PORT_TAKEN: Port ${port} on 127.0.0.1 is used by another program.`);
    expect(output).toContain(`PORT=${port + 1} npm start`);
  });

  it('ends cleanly when it is told to while it still boots', async () => {
    const app = folder.launch();
    await eventually(() => existsSync(join(folder.path, '.data', 'postgres', 'server.log')), { timeoutMs: 20_000 });

    expect(await app.end('SIGTERM')).toBe(0);

    expect(app.output()).not.toContain('Error');
    expect(await inDatabase('select 1 as answer')).toEqual([{ answer: 1 }]);
  });
});
