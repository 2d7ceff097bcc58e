import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { Injectable, Logger } from '@nestjs/common';
import {
  defineJob,
  DependencyDownError,
  DependencyHealth,
  JobService,
  ProcessesJob,
  type Job,
  type JobProcessor,
} from '@monstera/jobs';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { startHttpHost, type HttpHost } from './http-host.js';
import { useDatabase } from '../support/use-database.js';

const JOBS = 40;

const greet = defineJob({ type: 'greet_server', payload: z.object({ port: z.number() }), maxAttempts: 1 });
const say = defineJob({ type: 'say_down', payload: z.object({}), maxAttempts: 1 });
const script = { isDown: true };

@Injectable()
@ProcessesJob(greet)
class Greeter implements JobProcessor<typeof greet> {
  constructor(private readonly health: DependencyHealth) {}

  async process({ payload }: Job<typeof greet>): Promise<void> {
    const isRefused = (error: unknown) => (error as { code?: string }).code === 'ECONNREFUSED';
    await this.health.call('greeter', () => reach(payload.port), isRefused);
  }
}

@Injectable()
@ProcessesJob(say)
class Sayer implements JobProcessor<typeof say> {
  async process(): Promise<void> {
    if (script.isDown)
      throw new DependencyDownError('ledger', { cause: new Error('ledger: password=hunter2 refused'), delayMs: 50 });
  }
}

async function reach(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}

async function listen(port = 0): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe('while something that jobs talk to is down', () => {
  const database = useDatabase({ each: true });
  let host: HttpHost;
  let lines: string[];

  beforeEach(async () => {
    database.closeFirst(async () => {
      Logger.overrideLogger(false);
      await host.close();
    });
    host = await startHttpHost({ url: database.url, providers: [Greeter, Sayer] });
    lines = [];
    // That nobody listens for SIGTERM is said a second after the boot.
    const at = (level: string) => (line: string) => line.includes('SIGTERM') || lines.push(`${level} ${line}`);
    Logger.overrideLogger({ log: at('info'), warn: at('warn'), error: at('error') });
  });

  const impaired = async () => (await host.http.get('/health/ready').expect(200)).body.info.jobs.impaired;
  const gauge = async () =>
    (await host.http.get('/metrics')).text.split('\n').filter((line) => line.startsWith('jobs_dependency_down{'));
  const statuses = () =>
    host.get(DataSource).query('select status, attempts, count(*)::int as jobs from jobs group by 1, 2 order by 1, 2');

  it('its jobs wait, use no attempt up, and run once it is back', async () => {
    const closed = await listen();
    const { port } = closed.address() as AddressInfo;
    closed.close();
    await host.get(JobService).enqueueMany(
      greet,
      Array.from({ length: JOBS }, () => ({ payload: { port } })),
    );

    await eventually(async () =>
      expect(await impaired()).toEqual([
        { reason: 'dependency_down', message: 'Jobs wait for these, which are down: greeter.' },
      ]),
    );
    expect(await gauge()).toEqual(['jobs_dependency_down{dependency="greeter"} 1']);
    await eventually(async () => expect(await statuses()).toEqual([{ status: 'pending', attempts: 0, jobs: JOBS }]));

    const server = await listen(port);
    await eventually(async () => expect(await statuses()).toEqual([{ status: 'completed', attempts: 1, jobs: JOBS }]), {
      timeoutMs: 20_000,
    });
    server.close();

    expect(await impaired()).toBeUndefined();
    expect(await gauge()).toEqual(['jobs_dependency_down{dependency="greeter"} 0']);
    expect(lines).toEqual([
      expect.stringMatching(/^warn greeter is down: Error: connect ECONNREFUSED 127\.0\.0\.1:\d+\n/u),
      expect.stringMatching(new RegExp(`^info greeter is up again, after \\d+ s; ${JOBS} jobs waited$`, 'u')),
    ]);
  }, 40_000);

  it('a processor may say so itself', async () => {
    script.isDown = true;
    await host.get(JobService).enqueue(say, {});
    await eventually(async () => expect(await gauge()).toEqual(['jobs_dependency_down{dependency="ledger"} 1']));
    script.isDown = false;
    await eventually(async () => expect(await statuses()).toEqual([{ status: 'completed', attempts: 1, jobs: 1 }]));

    expect(await gauge()).toEqual(['jobs_dependency_down{dependency="ledger"} 0']);
    expect(lines).toEqual([
      expect.stringMatching(/^warn ledger is down: Error: ledger: password=\*\*\* refused\n/u),
      expect.stringMatching(/^info ledger is up again, after \d+ s; 1 job waited$/u),
    ]);
  });
});
