import { Controller, Injectable, Logger, Module, type Provider, type Type } from '@nestjs/common';
import {
  defineJob,
  OnJobEvent,
  ProcessesJob,
  ScheduledJob,
  type JobProcessor,
  type JobsModuleOptions,
} from '@monstera/jobs';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { expectImpaired, impairments } from './host-questions.js';
import { startHost, type Host } from './host.js';
import { useDatabase } from '../support/use-database.js';

const ping = defineJob({ type: 'ping', payload: z.object({}) });
const mail = defineJob({ type: 'mail', payload: z.object({}), queue: 'mail' });
const heard: string[] = [];

@Injectable()
@ProcessesJob(ping)
class PingProcessor implements JobProcessor<typeof ping> {
  async process(): Promise<unknown> {
    return 'pong';
  }
}

@Injectable()
@ProcessesJob(mail)
class MailProcessor implements JobProcessor<typeof mail> {
  async process(): Promise<void> {}
}

@Controller()
class DecoratedController {
  @OnJobEvent('completed')
  completed(): void {
    heard.push('controller');
  }
  @ScheduledJob('0 0 1 1 *', { name: 'on_controller' })
  async run(): Promise<void> {}
}

@Controller()
@ProcessesJob(mail)
class ProcessorController {}

@Module({ controllers: [DecoratedController, ProcessorController] })
class ControllersModule {}

@Injectable()
class Yearly {
  @ScheduledJob('0 0 1 1 *', { name: 'yearly' })
  async run(): Promise<void> {}
}

describe('a boot that cannot be meant', () => {
  const database = useDatabase();
  let host: Host | null = null;
  let lines: string[];

  beforeEach(() => {
    lines = [];
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((line: unknown) => void lines.push(String(line)));
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await host?.close();
    host = null;
  });

  const start = async (providers: Provider[], jobs: JobsModuleOptions = {}, imports: Type[] = []) =>
    (host = await startHost({ url: database.url, providers, jobs, imports }));
  const resultOfPing = async () => {
    const { id } = await host!.jobs.enqueue(ping, {});
    return eventually(async () => {
      const job = await host!.jobs.get(id);
      expect(job).toMatchObject({ status: 'completed' });
      return job!.result;
    });
  };

  it('warns of decorators on controllers, and readiness says so', async () => {
    await start([PingProcessor], {}, [ControllersModule]);
    await expectImpaired(host!, 'ignored_decorator', 'ignored_decorator', 'ignored_decorator');
    const text = lines.join('\n');
    expect(text).toMatch(/@ProcessesJob on ProcessorController does nothing/);
    expect(text).toMatch(/@OnJobEvent on DecoratedController\.completed does nothing/);
    expect(text).toMatch(/@ScheduledJob on DecoratedController\.run does nothing/);
    expect(await resultOfPing()).toBe('pong');
    expect(heard).toEqual([]);
  });

  it.each(['all', 'worker'] as const)('warns of the role "%s" without a processor', async (role) => {
    await start([], { role });
    await expectImpaired(host!, 'no_processor');
    expect(lines.filter((line) => line.includes(`the role "${role}" but no processor`))).toHaveLength(1);
  });

  it('says nothing of a producer without a processor', async () => {
    await start([], { role: 'producer' });
    expect(await impairments(host!)).toEqual([]);
  });

  it('warns of a misspelt queue and of the queue that nobody works on', async () => {
    await start([PingProcessor], { queues: ['defualt'], lease: { renewMs: 50 } });
    await expectImpaired(host!, 'queues_unknown', 'queues_unworked');
    expect(lines.join('\n')).toMatch(/queue "defualt".*Did you mean "default"\?/);
    expect(lines.join('\n')).toMatch(/No worker works on the queue "default", where jobs of ping go/);
  });

  it('is content as soon as another worker works on the queues that this one leaves out', async () => {
    const providers = [PingProcessor, MailProcessor];
    await start(providers, { queues: ['default'], lease: { renewMs: 50 } });
    await expectImpaired(host!, 'queues_unworked');
    const other = await startHost({ url: database.url, providers, jobs: { queues: ['mail'] } });
    await expectImpaired(host!);
    await other.close();
    await expectImpaired(host!, 'queues_unworked');
    expect(lines.filter((line) => line.includes('No worker works on the queue "mail"'))).toHaveLength(1);
  });

  it('warns of schedules where ScheduleModule runs no cron jobs', async () => {
    const providers = [PingProcessor, Yearly];
    host = await startHost({ url: database.url, providers, schedule: { cronJobs: false } });
    await expectImpaired(host, 'schedules_off');
    expect(lines.join('\n')).toMatch(/cronJobs: false.*Yearly\.run/);
  });
});
