import { Injectable } from '@nestjs/common';
import { defineJob, JobService, PermanentJobError, ProcessesJob, type Job, type JobProcessor } from '@monstera/jobs';
import { Counter, Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { startHttpHost } from './http-host.js';
import { useStarted } from '../support/use-started.js';

const greet = defineJob({ type: 'greet', payload: z.object({ refuse: z.boolean() }) });

@Injectable()
@ProcessesJob(greet)
class GreetProcessor implements JobProcessor<typeof greet> {
  async process(job: Job<typeof greet>): Promise<void> {
    if (job.payload.refuse) throw new PermanentJobError('No such mailbox');
  }
}

describe('GET /metrics', () => {
  const registry = new Registry();
  const jobs = { metricsRegistry: registry, version: '4.5.6', concurrency: 7 };
  const host = useStarted((url) => startHttpHost({ url, providers: [GreetProcessor], jobs }));

  beforeAll(() => new Counter({ name: 'host_requests_total', help: 'Of the host.', registers: [registry] }).inc(5));

  const scrape = async () => (await host.http.get('/metrics').expect(200)).text.split('\n');

  it('counts and times the runs of this process under the two names of the contract', async () => {
    const service = host.get(JobService);
    await service.enqueueMany(greet, [{ payload: { refuse: false } }, { payload: { refuse: false } }]);
    await service.enqueue(greet, { refuse: true });

    const lines = await eventually(async () => {
      const found = await scrape();
      expect(found).toContain('jobs_processed_total{job_type="greet",status="completed"} 2');
      expect(found).toContain('jobs_processed_total{job_type="greet",status="failed"} 1');
      return found;
    });

    expect(lines).toContain('job_duration_seconds_count{job_type="greet"} 3');
    expect(lines).toContain('jobs_wait_seconds_count{job_type="greet"} 3');
    expect(lines).toContain('jobs_slots 7');
    expect(lines).toContain('jobs_info{version="4.5.6"} 1');
    expect(lines.find((line) => line.startsWith('jobs_last_claim_age_seconds'))).toMatch(/ \d+(\.\d+)?$/);
  });

  it('is text in the format of Prometheus, the host’s own metrics included', async () => {
    const response = await host.http.get('/metrics').expect('content-type', 'text/plain; version=0.0.4; charset=utf-8');

    expect(response.text).toContain('host_requests_total 5');
  });
});

describe('GET /metrics of a process that only enqueues', () => {
  const host = useStarted((url) => startHttpHost({ url, jobs: { role: 'producer' } }));

  it('shows the state of the whole queue, and nothing of a worker', async () => {
    const dataSource = host.get(DataSource);
    await dataSource.query(
      `insert into jobs (type, scheduled_at) values ('mail', now() - interval '5 minutes'), ('mail', now() + interval '1 day')`,
    );
    await dataSource.query(`insert into jobs (type, status, completed_at) values ('report', 'failed', now())`);

    const { text } = await host.http.get('/metrics').expect(200);

    expect(text).toContain('jobs_queue_depth{job_type="mail",status="pending"} 2');
    expect(text).toContain('jobs_pending{job_type="mail"} 2');
    expect(text).toContain('jobs_failed_24h{job_type="report"} 1');
    expect(text).toContain('jobs_running_too_long 0');
    expect(text).toContain('jobs_stats_capped 0');
    expect(text).toMatch(/^jobs_oldest_due_age_seconds\{queue="default"\} 3\d\d(\.\d+)?$/m);
    expect(text).not.toMatch(/^jobs_listening/m);
  });
});
