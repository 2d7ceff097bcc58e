import { Inject, Injectable, Logger } from '@nestjs/common';
import { API_PATH, type JobsDashboardOptions } from '../dashboard.options.js';
import { DASHBOARD_OPTIONS } from '../jobs-dashboard.module-definition.js';
import { headerOf, type AdminRequest } from './admin-request.js';

/** By what a request gets in. */
export type AccessRule = 'guard' | 'token' | 'closed' | 'local';

const MAX_ACTOR_LENGTH = 200;

/** Who may use the admin API, and who they are. */
@Injectable()
export class AdminAccess {
  readonly rule: AccessRule;
  private readonly logger = new Logger('JobsAdmin');
  private reported = false;

  constructor(@Inject(DASHBOARD_OPTIONS) readonly options: JobsDashboardOptions) {
    this.rule = ruleOf(options);
  }

  /** Says once, when somebody knocks, why nobody answers. */
  reportClosed(): void {
    if (this.reported) return;
    this.reported = true;
    this.logger.warn(`JOBS_ADMIN_CLOSED: /${API_PATH} answers 404 in production until JOBS_ADMIN_TOKEN is set`);
  }

  /** For the audit: the name the proxy gives, else how the request got in. */
  actor(request: AdminRequest): string {
    const { actorHeader } = this.options;
    const named = actorHeader && headerOf(request, actorHeader)?.replaceAll(/\p{C}/gu, '').trim();
    if (named) return named.slice(0, MAX_ACTOR_LENGTH);
    return this.rule === 'token' ? 'admin token' : this.rule;
  }
}

function ruleOf({ guard, adminToken, production }: JobsDashboardOptions): AccessRule {
  if (guard) return 'guard';
  if (adminToken) return 'token';
  return production ? 'closed' : 'local';
}
