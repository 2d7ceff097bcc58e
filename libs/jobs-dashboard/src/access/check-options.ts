import { JobsConfigurationError, type JobsErrorIssue } from '@monstera/jobs';
import type { JobsDashboardOptions } from '../dashboard.options.js';

const MAX_ENVIRONMENT_LENGTH = 30;

/** Throws `JobsConfigurationError` with each option that cannot be used. */
export function checkOptions({ role, guard, environment }: JobsDashboardOptions): void {
  const issues: JobsErrorIssue[] = [];
  if (role !== undefined && typeof role !== 'function') issues.push({ path: 'role', message: 'must be a function' });
  else if (role && !guard)
    issues.push({ path: 'role', message: 'needs the option guard: tokens have roles of their own' });
  if (environment !== undefined && !isShortText(environment))
    issues.push({ path: 'environment', message: `must be a text of 1 to ${MAX_ENVIRONMENT_LENGTH} characters` });
  if (issues.length === 0) return;
  throw new JobsConfigurationError({
    code: 'JOBS_INVALID_OPTION',
    what: 'An option of JobsDashboardModule.forRoot() is not valid.',
    issues,
    fix: 'Use an allowed value, or omit the option to get its default.',
  });
}

function isShortText(text: unknown): boolean {
  return typeof text === 'string' && text.trim() !== '' && text.length <= MAX_ENVIRONMENT_LENGTH;
}
