import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { loadEnvironment } from './environment.js';
import { SECRETS, variables } from './variables.js';

describe('loadEnvironment', () => {
  it('has a default for everything outside production', () => {
    expect(loadEnvironment({})).toMatchObject({
      production: false,
      database: { url: undefined, pooled: false },
      http: { host: '127.0.0.1', port: 3000, healthPort: 3001 },
      jobs: { role: 'all', concurrency: 10, queues: undefined, shards: 1, timeZone: 'Asia/Tokyo' },
    });
  });

  it('turns text into numbers, flags and lists', () => {
    const { http, database, jobs } = loadEnvironment({
      PORT: '0',
      DATABASE_URL: 'postgresql://localhost/monstera',
      DATABASE_POOLED: 'true',
      JOBS_QUEUES: 'mail, reports',
    });

    expect({ port: http.port, pooled: database.pooled, queues: jobs.queues }).toEqual({
      port: 0,
      pooled: true,
      queues: ['mail', 'reports'],
    });
  });

  it('reports every bad value at once, with what is wrong and what was given', () => {
    const load = () =>
      loadEnvironment({
        PORT: '70000',
        HOST: 'a b',
        DATABASE_POOLED: 'yes',
        JOBS_ROLE: 'boss',
        JOBS_CONCURRENCY: '1.5',
        JOBS_SHARDS: '3',
        JOBS_QUEUES: 'mail,,reports',
        TZ_SCHEDULES: 'Tokyo',
        MAIL_FROM: 'nobody',
        S3_ACCESS_KEY_ID: 'AKIA',
        S3_ENDPOINT: 'http://localhost:9000',
      });

    expect(load).toThrow(expect.objectContaining({ code: 'MONSTERA_INVALID_ENVIRONMENT' }));
    const lines = [
      '- PORT must be a whole number from 0 to 65535; it is "70000"',
      '- HOST must be an IP address or a host name; it is "a b"',
      '- DATABASE_POOLED must be true or false; it is "yes"',
      '- JOBS_ROLE must be all, worker or producer; it is "boss"',
      '- JOBS_CONCURRENCY must be a whole number from 1 to 1000; it is "1.5"',
      '- JOBS_SHARDS must be a power of two; it is "3"',
      '- JOBS_QUEUES must be queue names separated by commas; it is "mail,,reports"',
      '- TZ_SCHEDULES must be an IANA time zone such as Asia/Tokyo; it is "Tokyo"',
      '- MAIL_FROM must be a mail address, with or without a name; it is "nobody"',
      '- S3_SECRET_ACCESS_KEY and S3_ACCESS_KEY_ID belong together',
      '- S3_BUCKET is missing although S3_ENDPOINT is set',
    ];
    for (const line of lines) expect(load).toThrow(line);
  });

  it.each(['mysql://u:hunter2@db/x', 'u:hunter2@db', 'postgresql://u:hunter2@:port/x'])(
    'does not repeat the password of a bad DATABASE_URL (%s)',
    (url) => {
      const load = () => loadEnvironment({ DATABASE_URL: url, JOBS_ADMIN_TOKEN: 'hunter2' });

      expect(load).toThrow('DATABASE_URL must be a URL such as postgresql://user:password@host:5432/database');
      expect(load).toThrow('JOBS_ADMIN_TOKEN must have at least 16 characters');
      expect(load).not.toThrow('hunter2');
    },
  );

  it('wants DATABASE_URL in production, and says what to run', () => {
    expect(() => loadEnvironment({ NODE_ENV: 'production' })).toThrow(
      'DATABASE_URL is required in production; run: DATABASE_URL=postgresql://user:password@host:5432/database npm start',
    );
  });
});

describe('.env.example', () => {
  const text = readFileSync('.env.example', 'utf8');
  const example = parseEnv(text) as NodeJS.ProcessEnv;

  it('lists every variable, and no other', () => {
    expect(Object.keys(example).sort()).toEqual(Object.keys(variables.shape).sort());
  });

  it('carries the defaults, so that copying it changes nothing', () => {
    expect(loadEnvironment(example)).toEqual(loadEnvironment({}));
  });

  it('shows every default there is', () => {
    const defaults = variables.parse({}) as Record<string, unknown>;
    const shown = Object.keys(example).filter((name) => example[name] !== '');

    expect(shown.sort()).toEqual(
      Object.keys(defaults)
        .filter((name) => defaults[name] !== undefined)
        .sort(),
    );
  });

  it('describes each variable above it', () => {
    const undescribed = text.match(/(?<=\n\n)[A-Z_0-9]+(?==)/g) ?? [];

    expect(undescribed).toEqual([]);
  });

  it('has an empty value for every secret', () => {
    expect([...SECRETS].filter((name) => example[name] !== '')).toEqual([]);
  });
});
