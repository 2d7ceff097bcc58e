import { defineJob, type JobDefinition } from '@monstera/jobs';
import { JobsDashboardModule, setupApiDocs, type JobsDashboardOptions } from '@monstera/jobs-dashboard';
import type { Provider } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import supertest from 'supertest';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { startHttpHost, type HttpHost } from '../jobs/http-host.js';

export const API = '/jobs/api/v1';

export const cleanup = defineJob({ type: 'data_cleanup', payload: z.object({ days_to_keep: z.int().min(1) }) });
export const held = defineJob({ type: 'held', payload: z.object({}), queue: 'held' });

export const TOKEN = 'token-of-an-operator';

/** An application with the admin API whose every request carries the operator's token. */
export async function startOperatedHost(url: string, processors: Provider[] = []): Promise<HttpHost> {
  const dashboard = { production: false, adminToken: TOKEN, actorHeader: 'x-forwarded-user' };
  const host = await startAdminHost(url, dashboard, processors);
  const agent = supertest.agent(host.app.getHttpServer()).set('authorization', `Bearer ${TOKEN}`);
  return { ...host, http: agent };
}

/** An application with the admin API. It runs jobs only if it is given a processor. */
export async function startAdminHost(
  url: string,
  dashboard: JobsDashboardOptions,
  processors: Provider[] = [],
  definitions: JobDefinition[] = [],
): Promise<HttpHost> {
  return startHttpHost({
    url,
    imports: [JobsDashboardModule.forRoot(dashboard)],
    providers: processors,
    jobs: { definitions: [cleanup, held, ...definitions], role: processors.length > 0 ? 'all' : 'producer' },
    beforeListen: (app) => {
      (app as NestExpressApplication).useBodyParser('json', { limit: '1mb' });
      setupApiDocs(app, { title: 'Test' });
    },
  });
}

export interface AuditRow {
  actor: string;
  action: string;
  job_id: string;
  details: Record<string, unknown>;
}

/** What is in the tables, of a host that has started by the time of the first question. */
export function tablesOf(host: HttpHost) {
  const query = <Row>(text: string, values: unknown[] = []) => host.get(DataSource).query<Row[]>(text, values);
  return {
    countJobs: async (): Promise<number> => (await query<{ n: number }>('select count(*)::int as n from jobs'))[0]!.n,
    audit: (): Promise<AuditRow[]> =>
      query('select actor, action, job_id, details from job_audit order by created_at, id'),
    insert: async (status: string): Promise<string> => {
      const finished = ['completed', 'failed', 'cancelled'].includes(status);
      const [row] = await query<{ id: string }>(
        `insert into jobs (type, status, completed_at) values ('data_cleanup', $1, case when $2 then now() end) returning id`,
        [status, finished],
      );
      return row!.id;
    },
    clear: () => query('truncate jobs, job_audit, job_operations'),
  };
}
