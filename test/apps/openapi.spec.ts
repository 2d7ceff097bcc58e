import { spawnSync } from 'node:child_process';
import { type ReadyApp, useAppFolder } from '../support/app-process.js';
import { useDatabase } from '../support/use-database.js';

interface Operation {
  operationId: string;
  parameters?: { name: string; in: string; example?: unknown }[];
  requestBody?: { content: Record<string, { example?: unknown }> };
}

interface Route {
  path: string;
  method: string;
  operation: Operation;
}

describe('the OpenAPI document', () => {
  const folder = useAppFolder();
  const database = useDatabase();
  let app: ReadyApp;
  let text: string;
  let routes: Route[];

  beforeAll(async () => {
    app = await folder.start({
      env: { DATABASE_URL: database.url, JOBS_ROLE: 'producer' },
      readyWithinMs: 60_000,
    });
    text = await (await fetch(`${app.address}/docs-json`)).text();
    const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, Operation>> };
    routes = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
    );
  }, 90_000);

  it('passes the lint of Redocly', () => {
    const { status, stdout } = spawnSync(process.execPath, ['scripts/lint-openapi.mjs'], {
      input: text,
      encoding: 'utf8',
    });

    expect({ status, stdout }).toEqual({ status: 0, stdout: '0 problems\n' });
  });

  it('has an example for every body that is not empty', () => {
    const bodies = routes.filter(({ operation }) => operation.requestBody);
    const without = bodies.filter(
      ({ operation }) => operation.requestBody!.content['application/json']?.example === undefined,
    );

    expect(bodies.length).toBeGreaterThanOrEqual(5);
    expect(without.map(({ operation }) => operation.operationId).sort()).toEqual([
      'cancelJob',
      'cancelOperation',
      'drainWorker',
      'pauseSchedule',
      'resetSchedule',
      'resumeQueue',
      'resumeSchedule',
      'resumeType',
      'resumeWorker',
      'retryJob',
      'runSchedule',
    ]);
  });

  it('has examples that can be sent as they are', async () => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${await folder.token()}` };
    const sent: Record<string, number> = {};
    for (const { path, method, operation } of routes) {
      const { parameters = [], requestBody } = operation;
      if (parameters.some(({ in: place, example }) => place === 'path' && example === undefined)) continue;
      const shown = parameters.filter(({ example }) => example !== undefined);
      const url = new URL(app.address + path);
      for (const { in: place, name, example } of shown)
        if (place === 'query') url.searchParams.set(name, String(example));
        else url.pathname = decodeURI(url.pathname).replace(`{${name}}`, String(example));
      const body = requestBody && JSON.stringify(requestBody.content['application/json']?.example);
      sent[operation.operationId] = (await fetch(url, { method: method.toUpperCase(), headers, body })).status;
    }

    expect(sent).toEqual({
      enqueueJob: 201,
      listJobs: 200,
      countJobs: 200,
      countFailedJobs: 200,
      countPendingJobs: 200,
      retryJobs: 200,
      cancelJobs: 200,
      deleteJobs: 200,
      runJobsNow: 200,
      rescheduleJobs: 200,
      replayJobs: 200,
      listAudit: 200,
      listErrors: 200,
      listJobsRunningTooLong: 200,
      getOverview: 200,
      listOperations: 200,
      listQueues: 200,
      listSchedules: 200,
      createSchedule: 201,
      previewSchedule: 200,
      listWorkers: 200,
      setConcurrencyOfAll: 200,
      readStatistics: 200,
      readStatisticsByType: 200,
      streamEvents: 200,
      exportJobs: 200,
      listTypes: 200,
      getSystem: 200,
      createUser: 201,
      listUsers: 200,
      changeUser: 200,
      submitWeeklyReport: 201,
      listWeeklyReports: 200,
      requestMonthlyReport: 202,
    });
  });
});
