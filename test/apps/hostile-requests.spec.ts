import { defineJob, ProcessesJob, type JobProcessor } from '@monstera/jobs';
import { JobsDashboardModule } from '@monstera/jobs-dashboard';
import { Injectable } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { startHttpHost, type HttpHost } from '../jobs/http-host.js';
import { useDatabase } from '../support/use-database.js';
import { API, TOKEN } from './admin-host.js';
import { BESIDE, BODIES, FILTER, ID, PLACES, POSTED, QUERIES } from './hostile-routes.js';
import { HOSTILE_JSON, HOSTILE_TEXTS } from './hostile-values.js';
import { sendBytes, sendRaw, type RawAnswer, type RawRequest } from './raw-request.js';

const LIMIT_MS = 2_000;
const JSON_TYPE = { 'content-type': 'application/json' };

const note = defineJob({ type: 'note', payload: z.object({ text: z.string() }) });

@Injectable()
@ProcessesJob(note)
class NoteProcessor implements JobProcessor<typeof note> {
  async process(): Promise<void> {}
}

const adapters: [string, () => AbstractHttpAdapter][] = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
];

describe.each(adapters)('hostile requests to the admin API on %s', (framework, newAdapter) => {
  const database = useDatabase();
  let host: HttpHost;
  let port: number;

  beforeAll(async () => {
    host = await startHttpHost({
      url: database.url,
      imports: [JobsDashboardModule.forRoot({ production: true, adminToken: TOKEN, actorHeader: 'x-user' })],
      providers: [NoteProcessor],
      adapter: newAdapter(),
      beforeListen: (app) => {
        if (framework === 'Express') (app as NestExpressApplication).useBodyParser('json', { limit: '1mb' });
      },
    });
    ({ port } = host.app.getHttpServer().address() as AddressInfo);
    database.closeFirst(() => host.close());
  });

  afterEach(async () => {
    expect((await send({ path: 'jobs?limit=1' })).status).toBe(200);
  });

  const send = ({ path, headers, ...request }: RawRequest): Promise<RawAnswer> =>
    sendRaw(port, { ...request, path: `${API}/${path}`, headers: { authorization: `Bearer ${TOKEN}`, ...headers } });

  /** What is wrong with an answer: it is neither what was asked for nor a problem, or it came late. */
  function wrongWith({ status, headers, body, tookMs }: RawAnswer): string | null {
    if (tookMs > LIMIT_MS) return `took ${Math.round(tookMs)} ms`;
    if (status >= 200 && status < 400) return null;
    const type = headers['content-type'] ?? 'no type';
    if (status < 400 || status >= 500) return `${status} ${body.slice(0, 200)}`;
    if (!type.startsWith('application/problem+json')) return `${status} as ${type}: ${body.slice(0, 200)}`;
    const { errorCode, detail } = JSON.parse(body) as { errorCode?: unknown; detail?: unknown };
    return typeof errorCode === 'string' && typeof detail === 'string' ? null : `no code: ${body.slice(0, 200)}`;
  }

  async function tryAll(requests: (RawRequest & { what: string })[]): Promise<string[]> {
    const wrong: string[] = [];
    for (const { what, ...request } of requests) {
      const found = await send(request).then(wrongWith, (error: unknown) => String(error));
      if (found !== null) wrong.push(`${what}: ${found}`);
    }
    return wrong;
  }

  it.each(BODIES)(
    'is refused with a problem in each field of %s %s',
    async (method, path, body) => {
      const fields = Object.keys(body);
      const requests = Object.entries(HOSTILE_JSON).flatMap(([name, value]) => [
        { what: `the body is ${name}`, body: value },
        ...fields.map((field) => ({ what: `${field} is ${name}`, body: withField(body, field, value) })),
        { what: `a further field is ${name}`, body: withField(body, 'further', value) },
      ]);
      expect(await tryAll(requests.map((each) => ({ ...each, method, path, headers: JSON_TYPE })))).toEqual([]);
    },
    120_000,
  );

  it.each(['retry', 'cancel', 'delete', 'run-now', 'replay'])(
    'is refused in each field of a filter: %s',
    async (action) => {
      const requests = Object.entries(HOSTILE_JSON).flatMap(([name, value]) => [
        ...FILTER.map((field) => ({
          what: `${field} is ${name}`,
          body: `{"filter":{"${field}":${value}},"atMost":1}`,
        })),
        ...['a', '__proto__'].map((key) => ({
          what: `payload.${key} is ${name}`,
          body: `{"filter":{"payload":{"${key}":${value}}},"atMost":1}`,
        })),
      ]);
      const path = `jobs/actions/${action}`;
      expect(await tryAll(requests.map((each) => ({ ...each, method: 'POST', path, headers: JSON_TYPE })))).toEqual([]);
    },
    120_000,
  );

  it.each(QUERIES)(
    'is refused in each part of the query of %s',
    async (path, names) => {
      const beside = BESIDE[path] === undefined ? '' : `${BESIDE[path]}&`;
      const requests = Object.entries(HOSTILE_TEXTS).flatMap(([what, value]) => [
        ...names.map((name) => ({ what: `${name} is ${what}`, path: `${path}?${name}=${value}` })),
        ...names.map((name) => ({ what: `${name} is ${what} beside`, path: `${path}?${beside}${name}=${value}` })),
        { what: `a further field is ${what}`, path: `${path}?further=${value}` },
      ]);
      const shapes = names.flatMap((name) =>
        ['=a&*=b', '[]=a', '[a]=b', '[__proto__][a]=b', '', '=a;b', '=%5B%5D&*=1&*=2'].map((shape) => ({
          what: `${name}${shape}`,
          path: `${path}?${name}${shape.replaceAll('*', name)}`,
        })),
      );
      const odd = ['__proto__=1', 'constructor[prototype][a]=1', '%00=1', '=&&&=', '?', '%FF=%FE', '&'.repeat(2_000)];
      const odds = odd.map((query) => ({ what: query.slice(0, 40), path: `${path}?${query}` }));
      const streams = path === 'events' ? (each: { path: string }) => /job=./.test(each.path) : () => true;
      expect(await tryAll([...requests, ...shapes, ...odds].filter(streams))).toEqual([]);
    },
    120_000,
  );

  it('answers soon for times that lie centuries away', async () => {
    const zones = ['Africa/Casablanca', 'America/New_York', 'Asia/Tokyo', 'Europe/Berlin', 'Pacific/Apia'];
    const requests = zones.map((zone) => ({
      what: zone,
      path: `schedule-times?cron=0%200%2029%202%20*&count=100&timeZone=${encodeURIComponent(zone)}`,
    }));
    expect(await tryAll(requests)).toEqual([]);
    const { times } = JSON.parse((await send(requests[0]!)).body) as { times: string[] };
    expect(times.length).toBeGreaterThanOrEqual(7);
  });

  it('is refused in the address', async () => {
    const parts = {
      ...HOSTILE_TEXTS,
      dots: '..%2F..',
      'a slash': 'a%2Fb',
      'many slashes': '/////',
      'an object': '[object%20Object]',
    };
    const requests = Object.entries(parts).flatMap(([what, value]) => [
      ...PLACES.map((place) => ({ what: `${place}: ${what}`, path: place.replace('*', value) })),
      ...POSTED.map((place) => ({
        what: `${place}: ${what}`,
        method: 'POST',
        path: place.replace('*', value),
        headers: JSON_TYPE,
        body: '{}',
      })),
    ]);
    expect(await tryAll(requests)).toEqual([]);
  }, 120_000);

  it('is refused with another type, another encoding, or too much', async () => {
    const post = (what: string, headers: Record<string, string>, body = '{}') => ({
      what,
      method: 'POST',
      path: 'jobs',
      headers,
      body,
    });
    const types = ['text/plain', 'text/plain; application/json', 'application/xml', 'multipart/form-data', 'x', ''];
    const requests = [
      ...types.map((type) => post(type, { 'content-type': type })),
      ...['klingon', 'utf-16', 'utf-32le'].map((set) =>
        post(set, { 'content-type': `application/json; charset=${set}` }),
      ),
      ...['gzip', 'br', 'deflate', 'zip', 'gzip, gzip'].map((encoding) =>
        post(encoding, { ...JSON_TYPE, 'content-encoding': encoding }, 'not compressed'),
      ),
      ...['', '{', '{]', 'undefined', '{"a":1,}', '\ufeff', '{"a":"\u0000"}', 'null', '1', '"x"', '[1'].map((body) =>
        post(`the body ${JSON.stringify(body)}`, JSON_TYPE, body),
      ),
      post('two megabytes', JSON_TYPE, JSON.stringify({ type: 'note', payload: { text: 'x'.repeat(2_000_000) } })),
      post(
        'a payload over the limit',
        JSON_TYPE,
        JSON.stringify({ type: 'note', payload: { text: 'x'.repeat(90_000) } }),
      ),
    ];
    expect(await tryAll(requests)).toEqual([]);
  }, 60_000);

  it('is refused with strange headers', async () => {
    const values = ['x'.repeat(7_000), ';'.repeat(7_000), '%00', 'é'.repeat(100), '"', ',,,', 'Bearer '.repeat(500)];
    const names =
      'authorization x-user accept accept-language cache-control cookie origin referer sec-fetch-site'.split(' ');
    const requests = names.flatMap((name) =>
      values.flatMap((value) => [
        { what: `GET ${name}`, path: 'jobs', headers: { [name]: latin1(value) } },
        {
          what: `POST ${name}`,
          method: 'POST',
          path: 'jobs',
          headers: { ...JSON_TYPE, [name]: latin1(value) },
          body: '{"type":"note","payload":{"text":"x"}}',
        },
      ]),
    );
    expect(await tryAll(requests)).toEqual([]);
  }, 60_000);

  it('is refused with a method that nothing answers', async () => {
    const methods = ['PUT', 'PATCH', 'DELETE', 'PROPFIND', 'SEARCH', 'LOCK', 'TRACE', 'M-SEARCH'];
    const requests = methods.flatMap((method) =>
      ['jobs', 'jobs/count', `jobs/${ID}`, 'no/where'].map((path) => ({ what: `${method} ${path}`, method, path })),
    );
    const found = await tryAll(requests);
    // Those that Fastify does not know are answered before any route.
    expect(
      found.filter((wrong) => framework === 'Express' || !/^(PROPFIND|SEARCH|LOCK|M-SEARCH) /.test(wrong)),
    ).toEqual([]);
    const unknown = await send({ path: 'no/where' });
    expect([unknown.status, JSON.parse(unknown.body)]).toMatchObject([404, { errorCode: 'JOBS_UNKNOWN_ROUTE' }]);
  }, 60_000);

  it('is refused by Node itself if it is no HTTP, or has too many headers', async () => {
    const head = `GET ${API}/jobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TOKEN}\r\n`;
    expect(await sendBytes(port, `BREW ${API}/jobs HTTP/1.1\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
    expect(await sendBytes(port, 'hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await sendBytes(port, `${head}X: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
    expect(await sendBytes(port, `${head}Content-Length: -1\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
    expect(await sendBytes(port, `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
  }, 60_000);
});

/** JSON of the body with one field of another value, which need not be one that JavaScript could write. */
function withField(body: Record<string, unknown>, field: string, json: string): string {
  const others = Object.entries(body).filter(([name]) => name !== field);
  return `{${[...others.map(([name, value]) => `"${name}":${JSON.stringify(value)}`), `"${field}":${json}`].join(',')}}`;
}

/** As a header can carry it. */
function latin1(value: string): string {
  return Buffer.from(value).toString('latin1');
}
