import type { JobsErrorIssue } from '../job/job.errors.js';
import { shownValue } from '../job/validate/option-checks.js';

/** Paths of the library's routes. They are below the host's global prefix, if there is one. */
export interface JobsHttpOptions {
  /** Prefix of both paths, such as `internal/jobs`. Default: none. */
  path?: string;
  /** Path of the probes, below `path`. True: `health`. False: not mounted. Default: true. */
  health?: boolean | string;
  /** Path of the metrics, below `path`. True: `metrics`. False: not mounted. Default: true. */
  metrics?: boolean | string;
}

/** Paths without leading and trailing slashes. Null: not mounted. */
export interface HttpPaths {
  health: string | null;
  metrics: string | null;
}

export const PROBES = ['startup', 'live', 'ready'] as const;

const ENDS = /^\/+|\/+$/g;
const PATH = /^[\w.~-]+(\/[\w.~-]+)*$/;
const A_PATH = 'a path such as "internal/jobs", of letters, digits and _ . ~ -';

export function httpPaths({ path = '', health = true, metrics = true }: JobsHttpOptions = {}): HttpPaths {
  const below = (name: boolean | string, byDefault: string): string | null => {
    if (name === false) return null;
    return [path, name === true ? byDefault : name]
      .map((part) => part.replace(ENDS, ''))
      .filter(Boolean)
      .join('/');
  };
  return { health: below(health, 'health'), metrics: below(metrics, 'metrics') };
}

/**
 * Returns the routes of the library, for `app.setGlobalPrefix('api', { exclude: jobsHttpRoutes() })`. Pass the same
 * `http` as to `JobsModule.forRoot()`.
 */
export function jobsHttpRoutes(http?: JobsHttpOptions): string[] {
  const { health, metrics } = httpPaths(http);
  const probes = health === null ? [] : PROBES.map((probe) => `${health}/${probe}`);
  return metrics === null ? probes : [...probes, metrics];
}

/** Checks the values. `JobsModule` checks the names of the options. */
export function httpIssues({ path, health, metrics }: JobsHttpOptions): JobsErrorIssue[] {
  const issues: JobsErrorIssue[] = [];
  if (path !== undefined && !(typeof path === 'string' && (path.replace(ENDS, '') === '' || isPath(path))))
    issues.push({ path: 'http.path', message: `must be ${A_PATH}; it is ${shownValue(path)}` });
  for (const [name, value] of Object.entries({ health, metrics }))
    if (value !== undefined && typeof value !== 'boolean' && !isPath(value))
      issues.push({ path: `http.${name}`, message: `must be true, false, or ${A_PATH}; it is ${shownValue(value)}` });
  if (issues.length > 0) return issues;
  const paths = httpPaths({ path, health, metrics });
  if (paths.health === null || paths.health !== paths.metrics) return [];
  return [{ path: 'http.metrics', message: 'must differ from http.health' }];
}

function isPath(value: unknown): boolean {
  return typeof value === 'string' && PATH.test(value.replace(ENDS, ''));
}
