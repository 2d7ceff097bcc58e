import { JobsHealthIndicator } from '@monstera/jobs';
import { eventually } from '../support/index.js';
import type { Host } from './host.js';

/** The job, once it has completed or failed. */
export function ended(host: Host, id: string) {
  return eventually(async () => {
    const job = await host.jobs.get(id);
    expect(job?.status).toMatch(/completed|failed/);
    return job!;
  });
}

/** What readiness says is impaired, although it says yes. */
export async function impairments(host: Host): Promise<readonly { reason: string; message: string }[]> {
  const { jobs } = await host.get(JobsHealthIndicator).isReady();
  return jobs.status === 'degraded' ? jobs.impaired : [];
}

/** Waits until readiness has exactly these reasons. */
export async function expectImpaired(host: Host, ...reasons: string[]): Promise<void> {
  await eventually(async () => expect((await impairments(host)).map(({ reason }) => reason)).toEqual(reasons));
}
