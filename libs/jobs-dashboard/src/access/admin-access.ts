import { Inject, Injectable, Logger } from '@nestjs/common';
import { DashboardPath } from '../dashboard-path.js';
import { API_PATH, type JobsDashboardOptions } from '../dashboard.options.js';
import { DASHBOARD_OPTIONS } from '../jobs-dashboard.module-definition.js';
import { headerOf, type AdminRequest } from './admin-request.js';
import { isLocalRequest } from './local-request.js';
import type { Role } from './role.js';
import { bearerOf, isSame, sessionOf } from './secrets.js';
import { sessionCookieOf } from './session-cookie.js';

/** What decides whether a request is admitted. */
export type AccessRule = 'guard' | 'token' | 'closed' | 'local';

/** The role of a request, and its source: a token, or that the request comes from this machine. */
export interface Shown {
  role: Role;
  by: 'token' | 'local';
}

const MAX_ACTOR_LENGTH = 200;

/** Decides who may use the admin API, and names them for the audit. */
@Injectable()
export class AdminAccess {
  readonly rule: AccessRule;
  private readonly tokens: readonly { token: string; role: Role }[];
  private readonly localReads: boolean;
  private readonly logger = new Logger('JobsAdmin');
  private reported = false;

  constructor(
    @Inject(DASHBOARD_OPTIONS) readonly options: JobsDashboardOptions,
    readonly path: DashboardPath,
  ) {
    const { adminToken, viewerToken, production = true } = options;
    this.tokens = [
      ...(adminToken ? [{ token: adminToken, role: 'operator' as const }] : []),
      ...(viewerToken ? [{ token: viewerToken, role: 'viewer' as const }] : []),
    ];
    this.localReads = !production && (options.localReads ?? this.tokens.length === 0);
    this.rule = ruleOf(options, this.tokens.length > 0);
  }

  /** Returns the role of a request, or null. A wrong bearer token means null, even if the request has a session. */
  shownBy(request: AdminRequest): Shown | null {
    const authorization = headerOf(request, 'authorization');
    const bearer = bearerOf(authorization);
    if (bearer !== undefined) return this.byToken(this.roleOf(bearer));
    const session = sessionCookieOf(request);
    const role = session === undefined ? null : this.roleOfSession(session);
    if (role) return this.byToken(role);
    const local = this.localReads && authorization === undefined && isLocalRequest(request);
    return local ? { role: 'viewer', by: 'local' } : null;
  }

  /** The role of a request that was let in. The host's own guard decides about each action: it need not know roles. */
  role(request: AdminRequest): Role {
    return this.rule === 'guard' ? 'operator' : (this.shownBy(request)?.role ?? 'viewer');
  }

  roleOf(token: string): Role | null {
    return this.tokens.find((known) => isSame(token, known.token))?.role ?? null;
  }

  /** Logs at the first request why the API does not answer. */
  reportClosed(): void {
    if (this.reported) return;
    this.reported = true;
    this.logger.warn(
      `JOBS_ADMIN_CLOSED: ${this.path.at(API_PATH)} answers 404 in production until JOBS_ADMIN_TOKEN is set`,
    );
  }

  /** Who acts, for the audit: the name that the host or the proxy gives, or else how the request was admitted. */
  actor(request: AdminRequest): string {
    const { actorHeader, actorOf } = this.options;
    const given = actorOf?.(request) ?? (actorHeader && headerOf(request, actorHeader));
    const named = given?.replaceAll(/\p{C}/gu, '').trim();
    if (named) return named.slice(0, MAX_ACTOR_LENGTH);
    return this.rule === 'token' ? 'admin token' : this.rule;
  }

  private roleOfSession(session: string): Role | null {
    return this.tokens.find(({ token }) => isSame(session, sessionOf(token)))?.role ?? null;
  }

  private byToken(role: Role | null): Shown | null {
    return role && { role, by: 'token' };
  }
}

function ruleOf({ guard, production = true }: JobsDashboardOptions, hasToken: boolean): AccessRule {
  if (guard) return 'guard';
  if (hasToken) return 'token';
  return production ? 'closed' : 'local';
}
