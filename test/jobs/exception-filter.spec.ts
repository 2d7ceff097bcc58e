import { Body, Controller, Delete, Module, Param, Post, UseFilters, type DynamicModule } from '@nestjs/common';
import { defineJob, JobsConfigurationError, JobsExceptionFilter, JobService } from '@monstera/jobs';
import { z } from 'zod';
import { startHttpHost, type HttpHost } from './http-host.js';
import { useDatabase } from '../support/use-database.js';

const greet = defineJob({ type: 'greet', payload: z.object({ name: z.string() }) });

@Controller('greetings')
@UseFilters(JobsExceptionFilter)
class GreetingsController {
  constructor(private readonly jobs: JobService) {}

  @Post()
  add(@Body() body: { name: string; priority?: number }) {
    return this.jobs.enqueue(greet, { name: body.name }, { priority: body.priority });
  }

  @Delete(':id')
  cancel(@Param('id') id: string) {
    return this.jobs.cancel(id);
  }

  @Post('misconfigured')
  fail() {
    throw new JobsConfigurationError({ code: 'JOBS_SECRET', what: 'The password is tiger.' });
  }
}

@Module({ controllers: [GreetingsController] })
class GreetingsModule {}

describe('the filter for errors of jobs', () => {
  const database = useDatabase();
  let host: HttpHost;

  beforeAll(async () => {
    database.closeFirst(() => host.close());
    const imports = [GreetingsModule as unknown as DynamicModule];
    host = await startHttpHost({ url: database.url, imports, jobs: { role: 'producer', definitions: [greet] } });
  });

  it('answers a payload that is not valid with 422, and what is wrong with it', async () => {
    const { body, headers } = await host.http.post('/greetings').send({ name: 5 }).expect(422);
    expect(headers['content-type']).toContain('application/problem+json');
    expect(body).toMatchObject({ status: 422, errorCode: 'JOBS_INVALID_PAYLOAD', fix: expect.any(String) });
    expect(body).toMatchObject({ title: 'Unprocessable Entity', detail: 'The payload of job "greet" is not valid.' });
    expect(body.issues).toEqual([{ path: 'payload.name', message: expect.stringContaining('expected string') }]);
  });

  it('answers an option that is not valid with 422', async () => {
    const { body } = await host.http.post('/greetings').send({ name: 'Ada', priority: 10 }).expect(422);
    expect(body.issues).toEqual([{ path: 'priority', message: 'is 10; must be a whole number from 0 to 9' }]);
  });

  it('answers 404 for a job that is not there, and 409 for one that has ended', async () => {
    await host.http.delete('/greetings/019aaaaa-0000-7000-8000-000000000000').expect(404);
    const { body } = await host.http.post('/greetings').send({ name: 'Ada' }).expect(201);
    await host.http.delete(`/greetings/${body.id}`).expect(200);
    await host.http.delete(`/greetings/${body.id}`).expect(409);
  });

  it('says nothing to the caller about what is wrong with the application', async () => {
    const { text } = await host.http.post('/greetings/misconfigured').expect(500);
    expect(text).toContain('JOBS_INTERNAL_ERROR');
    expect(text).not.toContain('tiger');
  });
});
