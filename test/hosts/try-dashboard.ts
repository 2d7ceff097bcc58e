import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import type { Browser, Page } from 'playwright-core';
import { openPageAt } from '../dashboard/browser.js';
import { eventually } from '../support/index.js';
import type { RunningApp } from './running-app.js';

/** What `tryDashboard` says of an application in which all is well. */
export const DASHBOARD_WELL = {
  stranger: 403,
  viewer: 403,
  afterViewer: 'failed',
  foreignPosts: [403, 403],
  framed: 'chrome-error://chromewebdata/',
  afterForeigners: 'failed',
  operator: 200,
  afterOperator: 'pending',
  audit: [{ actor: 'ada', action: 'job.retry' }],
  invalid: [400, 'JOBS_INVALID_REQUEST'],
  documented: {
    hasManyRoutes: true,
    query: ['after', 'limit', 'status'],
    body: ['payload', 'type'],
    answer: ['id', 'type'],
    undescribed: [],
  },
  offences: [],
};

interface Lab {
  browser: Browser;
  app: RunningApp;
  /** Where the dashboard is, such as `/ops/queue`. */
  path: string;
  client: pg.Client;
  id: string;
}

/** What people do with the dashboard of an application, and what others try, in a browser. */
export async function tryDashboard(browser: Browser, app: RunningApp, path: string, databaseUrl: string) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await tryAll({ browser, app, path, client, id: await failedJob(client) });
  } finally {
    await client.query('truncate jobs, job_audit');
    await client.end();
  }
}

async function tryAll(lab: Lab): Promise<Record<string, unknown>> {
  const stranger = (await fetch(`${lab.app.address}${lab.path}`)).status;
  const viewer = await retryAs('vic', lab);
  const afterViewer = await statusOf(lab);
  const foreigner = await asForeigner(lab);
  const afterForeigners = await statusOf(lab);
  const operator = await retryAs('ada', lab);
  const afterOperator = await statusOf(lab);
  return {
    stranger,
    viewer: viewer.status,
    afterViewer,
    ...foreigner,
    afterForeigners,
    operator: operator.status,
    afterOperator,
    audit: (await lab.client.query('select actor, action from job_audit')).rows,
    invalid: await invalidQuery(lab),
    documented: await documented(lab),
    offences: [...viewer.offences, ...operator.offences],
  };
}

/** Finds the job in the list, opens it and retries it, over screens that are loaded at their own address too. */
async function retryAs(user: string, { browser, app, path, id }: Lab) {
  const { page, offences } = await openPageAt(browser, app.address, { extraHTTPHeaders: { 'x-ops-user': user } });
  await page.goto(`${path}/queues`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.goto(path);
  await page.getByRole('link', { name: 'greet' }).click();
  await page.waitForURL(`${app.address}${path}/job/${id}`);
  await page.reload();
  const answer = page.waitForResponse((response) => response.url().endsWith(`${path}/api/v1/jobs/${id}/retry`));
  await page.getByRole('button', { name: 'Retry' }).click();
  const status = (await answer).status();
  await page.context().close();
  return { status, offences };
}

/** What a page of another site can make the browser of an operator do. */
async function asForeigner({ browser, app, path, id }: Lab) {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(`<!doctype html><iframe src="${app.address}${path}"></iframe>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  // The header stands for a cookie: the browser sends it along.
  const { page } = await openPageAt(browser, app.address, { extraHTTPHeaders: { 'x-ops-user': 'ada' } });
  const foreign = `http://localhost:${port}/`;
  await page.goto(foreign);
  await eventually(() => page.frames()[1]!.url() !== '');
  const framed = page.frames()[1]!.url();
  const foreignPosts: number[] = [];
  for (const enctype of ['text/plain', 'application/x-www-form-urlencoded']) {
    await page.goto(foreign);
    foreignPosts.push(await submit(page, `${app.address}${path}/api/v1/jobs/${id}/retry`, enctype));
  }
  await page.context().close();
  server.closeAllConnections();
  server.close();
  return { framed, foreignPosts };
}

/** A form needs nobody's permission to be sent to another site. */
async function submit(page: Page, action: string, enctype: string): Promise<number> {
  const answer = page.waitForResponse(action);
  await page.setContent(`<form method="post" action="${action}" enctype="${enctype}"><button>Win</button></form>`);
  await page.getByRole('button').click();
  return (await answer).status();
}

/** Schemas of requests are checked by any Nest. */
async function invalidQuery({ app, path }: Lab): Promise<[number, unknown]> {
  const response = await fetch(`${app.address}${path}/api/v1/jobs?sttaus=failed`, { headers: { 'x-ops-user': 'vic' } });
  return [response.status, ((await response.json()) as { errorCode: unknown }).errorCode];
}

interface Described {
  operationId?: string;
  parameters?: { name: string; in: string; schema?: object }[];
  requestBody?: { content: Record<string, { schema: { properties?: object } }> };
  responses?: Record<string, { content?: Record<string, { schema: { properties?: object } }> }>;
}

/** The admin API has more routes than this. */
const MANY_ROUTES = 30;

/** What the application's OpenAPI document says of the admin API. */
async function documented({ app, path }: Lab) {
  const { paths } = (await (await fetch(`${app.address}/docs-json`)).json()) as {
    paths: Record<string, Record<string, Described>>;
  };
  const own = Object.entries(paths).filter(([route]) => route.startsWith(`${path}/api/v1/`));
  const jobs = paths[`${path}/api/v1/jobs`] ?? {};
  const fields = (schema: { properties?: object } | undefined, wanted: string[]) =>
    wanted.filter((name) => name in (schema?.properties ?? {}));
  const query = (jobs.get?.parameters ?? []).filter(({ schema }) => schema).map(({ name }) => name);
  return {
    hasManyRoutes: own.length > MANY_ROUTES,
    query: query.filter((name) => ['limit', 'after', 'status'].includes(name)).sort(),
    body: fields(jobs.post?.requestBody?.content['application/json']?.schema, ['payload', 'type']),
    answer: fields(jobs.post?.responses?.['201']?.content?.['application/json']?.schema, ['id', 'type']),
    undescribed: own
      .flatMap(([, item]) => Object.values(item))
      .filter((operation) => !operation.responses?.['200'] && !operation.responses?.['201']),
  };
}

async function failedJob(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `insert into jobs (type, payload, status, error, completed_at)
     values ('greet', '{"name":"Ada"}', 'failed', 'Error: no greeting', now()) returning id`,
  );
  return rows[0]!.id;
}

async function statusOf({ client, id }: Lab): Promise<string | undefined> {
  return (await client.query<{ status: string }>('select status from jobs where id = $1', [id])).rows[0]?.status;
}
