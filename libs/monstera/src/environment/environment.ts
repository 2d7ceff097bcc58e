import { StartupError } from '@monstera/database';
import type { ZodError } from 'zod';
import type { Variables } from './variables.js';
import { contradictions, SECRETS, variables } from './variables.js';

/** The validated environment, grouped by part of the application. */
export interface Environment {
  production: boolean;
  /** Folder of the embedded database, the outbox and the stored files, as far as no server is configured for them. */
  dataDir: string;
  logLevel: Variables['LOG_LEVEL'];
  database: { url?: string; pooled: boolean; directUrl?: string };
  http: {
    host: string;
    port: number;
    healthPort: number;
    /** Whether `/docs` is served. */
    docs: boolean;
  };
  jobs: {
    role: Variables['JOBS_ROLE'];
    concurrency: number;
    queues?: string[];
    shards: number;
    adminToken?: string;
    viewerToken?: string;
    timeZone: string;
  };
  mail: { smtpUrl?: string; from: string };
  storage: {
    bucket?: string;
    endpoint?: string;
    region: string;
    accessKeyId?: string;
    secretAccessKey?: string;
    forcePathStyle: boolean;
  };
}

/**
 * Reads and checks the environment. An empty variable counts as not set.
 *
 * @throws StartupError `MONSTERA_INVALID_ENVIRONMENT`, which names all invalid values but shows no secret.
 */
export function loadEnvironment(env: NodeJS.ProcessEnv): Environment {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
  const parsed = variables.safeParse(given);
  const faults = [...badValues(parsed.error, given), ...contradictions(given).map((pair) => pair.join(' '))];
  if (parsed.success && faults.length === 0) return arrange(parsed.data);
  throw new StartupError({
    code: 'MONSTERA_INVALID_ENVIRONMENT',
    what: `these environment variables are not valid:\n  - ${faults.join('\n  - ')}`,
    fix: '.env.example describes every variable with its unit and default.',
  });
}

function badValues(error: ZodError | undefined, given: NodeJS.ProcessEnv): string[] {
  const lines = (error?.issues ?? []).map(({ path, message }) => {
    const name = String(path[0]);
    return `${name} ${message}${SECRETS.has(name) ? '' : `; it is ${JSON.stringify(given[name])}`}`;
  });
  return [...new Set(lines)];
}

function arrange(values: Variables): Environment {
  const production = values.NODE_ENV === 'production';
  return {
    production,
    dataDir: values.DATA_DIR,
    logLevel: values.LOG_LEVEL,
    database: {
      url: values.DATABASE_URL,
      pooled: values.DATABASE_POOLED,
      directUrl: values.DATABASE_DIRECT_URL,
    },
    http: {
      host: values.HOST,
      port: values.PORT,
      healthPort: values.JOBS_HEALTH_PORT,
      docs: values.API_DOCS ?? !production,
    },
    jobs: {
      role: values.JOBS_ROLE,
      concurrency: values.JOBS_CONCURRENCY,
      queues: values.JOBS_QUEUES,
      shards: values.JOBS_SHARDS,
      adminToken: values.JOBS_ADMIN_TOKEN,
      viewerToken: values.JOBS_VIEWER_TOKEN,
      timeZone: values.TZ_SCHEDULES,
    },
    mail: { smtpUrl: values.SMTP_URL, from: values.MAIL_FROM },
    storage: arrangeStorage(values),
  };
}

function arrangeStorage(values: Variables): Environment['storage'] {
  return {
    bucket: values.S3_BUCKET,
    endpoint: values.S3_ENDPOINT,
    region: values.S3_REGION,
    accessKeyId: values.S3_ACCESS_KEY_ID,
    secretAccessKey: values.S3_SECRET_ACCESS_KEY,
    forcePathStyle: values.S3_FORCE_PATH_STYLE,
  };
}
