import { Inject, Injectable, Logger } from '@nestjs/common';
import { DashboardPath } from '../dashboard-path.js';
import { API_PATH, type JobsDashboardOptions } from '../dashboard.options.js';
import { DASHBOARD_OPTIONS } from '../jobs-dashboard.module-definition.js';
import { headerOf, type AdminRequest } from './admin-request.js';
import { payloadHidden } from './access.errors.js';
import { isLocalRequest } from './local-request.js';
import { checkOptions } from './check-options.js';
import { ROLES, type Role } from './role.js';
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
  /** What the host has said of a request. */
  private readonly byHost = new WeakMap<AdminRequest, Role>();
  private readonly localReads: boolean;
  private readonly logger = new Logger('JobsAdmin');
  private reported = false;

  constructor(
    @Inject(DASHBOARD_OPTIONS) readonly options: JobsDashboardOptions,
    readonly path: DashboardPath,
  ) {
    const { adminToken, viewerToken, production = true } = options;
    checkOptions(options);
    this.tokens = [
      ...(adminToken ? [{ token: adminToken, role: 'admin' as const }] : []),
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

  /** The role of a request that was let in. */
  role(request: AdminRequest): Role {
    return this.byHost.get(request) ?? this.shownBy(request)?.role ?? 'viewer';
  }

  /** The role that the host gives a request; null if it gives none. Without the option `role`, its guard decides alone. */
  async askHost(request: AdminRequest): Promise<Role | null> {
    const { options } = this;
    const role = options.role ? await options.role(request) : 'admin';
    if (role !== null && !ROLES.includes(role)) throw new TypeError(`The option role returned ${String(role)}`);
    if (role !== null) this.byHost.set(request, role);
    return role;
  }

  /** The name of the environment. */
  get environment(): string {
    const { environment, production = true } = this.options;
    return environment ?? (production ? 'production' : 'development');
  }

  /** Whether this request may see payloads and results. */
  seesPayloads(request: AdminRequest): boolean {
    return this.options.viewersSeePayloads !== false || this.role(request) !== 'viewer';
  }

  /** Throws if the request asks for what it may not see: from who matches, one could read a payload letter by letter. */
  requireVisible(request: AdminRequest, { payload }: { payload?: unknown }): void {
    if (payload !== undefined && !this.seesPayloads(request)) throw payloadHidden();
  }

  roleOf(token: string): Role | null {
    return this.tokens.find((known) => isSame(token, known.token))?.role ?? null;
  }

  /** Logs at the first request why the API does not answer. */
  reportClosed(): void {
    if (this.reported) return;
    this.reported = true;
    this.logger.warn(
      `JOBS_ADMIN_CLOSED: ${this.path.at(API_PATH)} answers 404 in production until JobsDashboardModule gets the option adminToken, viewerToken or guard`,
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
