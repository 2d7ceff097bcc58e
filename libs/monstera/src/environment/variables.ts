import { z } from 'zod';

const DATABASE_EXAMPLE = 'postgresql://user:password@host:5432/database';
const DATABASE_PROTOCOL = /^postgres(ql)?$/;
const POWERS_OF_TWO = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024];

/**
 * Every environment variable of the project with its default. `.env.example` describes their meaning and units. A test
 * compares it with this list.
 */
export const variables = z.object({
  NODE_ENV: z
    .enum(['development', 'test', 'production'], 'must be development, test or production')
    .default('development'),
  DATA_DIR: z.string().default('.data'),
  LOG_LEVEL: z.enum(['error', 'warn', 'log', 'debug'], 'must be error, warn, log or debug').default('log'),

  DATABASE_URL: connectionUrl(DATABASE_PROTOCOL, DATABASE_EXAMPLE).optional(),
  DATABASE_POOLED: flag().default(false),
  DATABASE_DIRECT_URL: connectionUrl(DATABASE_PROTOCOL, DATABASE_EXAMPLE).optional(),

  PORT: wholeNumber(0, 65_535).default(3_000),
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]+$/, 'must be an IP address or a host name')
    .default('127.0.0.1'),
  JOBS_HEALTH_PORT: wholeNumber(0, 65_535).default(3_001),
  API_DOCS: flag().optional(),

  JOBS_ROLE: z.enum(['all', 'worker', 'producer'], 'must be all, worker or producer').default('all'),
  JOBS_CONCURRENCY: wholeNumber(1, 1_000).default(10),
  JOBS_QUEUES: queueNames().optional(),
  JOBS_SHARDS: wholeNumber(1, 1_024)
    .refine((shards) => POWERS_OF_TWO.includes(shards), 'must be a power of two')
    .default(1),
  JOBS_ADMIN_TOKEN: token().optional(),
  JOBS_VIEWER_TOKEN: token().optional(),
  TZ_SCHEDULES: z.string().refine(isTimeZone, 'must be an IANA time zone such as Asia/Tokyo').default('Asia/Tokyo'),

  SMTP_URL: connectionUrl(/^smtps?$/, 'smtp://user:password@host:587').optional(),
  MAIL_FROM: z
    .string()
    .regex(/^[^@]+@[^@\s]+$/, 'must be a mail address, with or without a name')
    .default('Monstera <monstera@localhost>'),

  S3_BUCKET: z.string().optional(),
  S3_ENDPOINT: connectionUrl(/^https?$/, 'https://s3.example.org').optional(),
  S3_REGION: z.string().default('us-east-1'),
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: z.string().optional(),
  S3_FORCE_PATH_STYLE: flag().default(false),
});

export type Variables = z.output<typeof variables>;

/** Their values are never shown, even if they are invalid. */
export const SECRETS: ReadonlySet<string> = new Set([
  'DATABASE_URL',
  'DATABASE_DIRECT_URL',
  'JOBS_ADMIN_TOKEN',
  'JOBS_VIEWER_TOKEN',
  'SMTP_URL',
  'S3_ENDPOINT',
  'S3_ACCESS_KEY_ID',
  'S3_SECRET_ACCESS_KEY',
]);

/** Returns conflicts between variables as pairs of name and message. Reads the raw values, so that it always runs. */
export function contradictions(given: NodeJS.ProcessEnv): [keyof Variables, string][] {
  const found: [keyof Variables, string][] = [];
  if (given.NODE_ENV === 'production' && !given.DATABASE_URL)
    found.push(['DATABASE_URL', `is required in production; run: DATABASE_URL=${DATABASE_EXAMPLE} npm start`]);
  if (given.DATABASE_DIRECT_URL && !given.DATABASE_URL)
    found.push(['DATABASE_DIRECT_URL', 'is set without DATABASE_URL; set both, or neither']);
  if (given.JOBS_VIEWER_TOKEN && given.JOBS_VIEWER_TOKEN === given.JOBS_ADMIN_TOKEN)
    found.push(['JOBS_VIEWER_TOKEN', 'must differ from JOBS_ADMIN_TOKEN']);
  if (!given.S3_ACCESS_KEY_ID !== !given.S3_SECRET_ACCESS_KEY)
    found.push(['S3_SECRET_ACCESS_KEY', 'and S3_ACCESS_KEY_ID belong together; set both, or neither']);
  if (given.S3_ENDPOINT && !given.S3_BUCKET)
    found.push(['S3_BUCKET', 'is missing although S3_ENDPOINT is set; name the bucket that keeps the reports']);
  return found;
}

function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message);
}

function flag() {
  return z.enum(['true', 'false'], 'must be true or false').transform((value) => value === 'true');
}

/** A token that fits into a header without encoding. */
function token() {
  return z
    .string()
    .min(16, 'must have at least 16 characters')
    .regex(/^[\x21-\x7e]*$/, 'must be printable ASCII without spaces');
}

function connectionUrl(protocol: RegExp, example: string) {
  return z.url({ protocol, hostname: /./, error: `must be a URL such as ${example}` });
}

function queueNames() {
  const name = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,49}$/, 'must be queue names separated by commas');
  return z
    .string()
    .transform((list) => list.split(',').map((part) => part.trim()))
    .pipe(z.array(name));
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    // An offset such as +09:00 has no daylight saving time, so it would be wrong for part of the year in many zones.
    return /^[A-Za-z]/.test(zone);
  } catch {
    return false;
  }
}
