import {
  ForbiddenException,
  Injectable,
  VersioningType,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type INestApplication,
  type NestInterceptor,
} from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, type AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { jobsHttpRoutes, jobsRouteOf, JobWorkerService, type JobsHttpOptions } from '@monstera/jobs';
import { map, type Observable } from 'rxjs';
import { eventually } from '../support/index.js';
import { startHttpHost, type HttpHost, type HttpHostOptions } from './http-host.js';
import { useDatabase } from '../support/use-database.js';

@Injectable()
class WrapAnswers implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data) => ({ success: true, data })));
  }
}

@Injectable()
class DenyStrangers implements CanActivate {
  canActivate(): boolean {
    throw new ForbiddenException();
  }
}

@Injectable()
class DenyStrangersButProbes implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return jobsRouteOf(context) !== null;
  }
}

/** Answers each error with 200, as some hosts do. */
class EverythingIsFine implements ExceptionFilter {
  constructor(private readonly app: INestApplication) {}
  catch(_: unknown, host: ArgumentsHost): void {
    const adapter = this.app.getHttpAdapter() as AbstractHttpAdapter;
    adapter.reply(host.switchToHttp().getResponse(), { success: false }, 200);
  }
}

const adapters: [string, () => AbstractHttpAdapter][] = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
];

describe.each(adapters)('probes and metrics on %s', (_, newAdapter) => {
  const database = useDatabase();
  let host: HttpHost;

  afterEach(() => host.close());

  const start = async (http: JobsHttpOptions = {}, options: Partial<HttpHostOptions> = {}) => {
    const jobs = { role: 'producer' as const, http };
    host = await startHttpHost({ url: database.url, adapter: newAdapter(), jobs, ...options });
  };

  const expectProbes = async (base = '/health') => {
    for (const probe of ['startup', 'live', 'ready'])
      await eventually(async () => {
        const { body, headers } = await host.http.get(`${base}/${probe}`).expect(200);
        expect(body).toMatchObject({ status: 'ok', details: { jobs: { status: 'up' } } });
        expect(headers['cache-control']).toMatch(/no-store/);
        expect(headers['content-type']).toMatch(/^application\/json/);
      });
  };

  const expectMetrics = async (path = '/metrics') => {
    const { text, headers } = await host.http.get(path).expect(200);
    expect(text).toMatch(/^jobs_info\{version="\d+\.\d+\.\d+"\} 1$/m);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  };

  it('are wrapped by no interceptor of the host', async () => {
    await start({}, { providers: [{ provide: APP_INTERCEPTOR, useClass: WrapAnswers }] });
    await expectProbes();
    await expectMetrics();
  });

  it('say 503 whatever filter the host has', async () => {
    await start({}, { beforeListen: (app) => app.useGlobalFilters(new EverythingIsFine(app)) });
    await expectProbes();
    await host.get(JobWorkerService).drain();
    const { body } = await host.http.get('/health/ready').expect(503);
    expect(body.error.jobs).toMatchObject({ status: 'down', reason: 'draining' });
  });

  it('are closed by a guard of the host that closes everything', async () => {
    await start({}, { providers: [{ provide: APP_GUARD, useClass: DenyStrangers }] });
    await host.http.get('/health/live').expect(403);
    await host.http.get('/metrics').expect(403);
  });

  it('are let pass by a guard of the host that knows their mark', async () => {
    await start({}, { providers: [{ provide: APP_GUARD, useClass: DenyStrangersButProbes }] });
    await expectProbes();
    await expectMetrics();
  });

  it('stand below a prefix of the host', async () => {
    await start({}, { beforeListen: (app) => app.setGlobalPrefix('api') });
    await expectProbes('/api/health');
    await expectMetrics('/api/metrics');
    await host.http.get('/health/live').expect(404);
  });

  it('stand beside a prefix of the host that excludes them', async () => {
    await start({}, { beforeListen: (app) => app.setGlobalPrefix('api', { exclude: jobsHttpRoutes() }) });
    await expectProbes();
    await expectMetrics();
    await host.http.get('/api/metrics').expect(404);
  });

  it.each([
    ['the URI', { type: VersioningType.URI, defaultVersion: '1' }],
    ['a header', { type: VersioningType.HEADER, header: 'x-version', defaultVersion: '1' }],
    ['the media type', { type: VersioningType.MEDIA_TYPE, key: 'v=' }],
  ] as const)('have no version where the host has one in %s', async (_where, versioning) => {
    await start({}, { beforeListen: (app) => app.enableVersioning(versioning) });
    await expectProbes();
    await expectMetrics();
  });

  it('stand where the host says', async () => {
    const http = { path: '/internal/', health: 'healthz', metrics: 'prometheus' };
    await start(http, { beforeListen: (app) => app.setGlobalPrefix('api', { exclude: jobsHttpRoutes(http) }) });
    await expectProbes('/internal/healthz');
    await expectMetrics('/internal/prometheus');
    await host.http.get('/health/live').expect(404);
    await host.http.get('/metrics').expect(404);
  });
});
