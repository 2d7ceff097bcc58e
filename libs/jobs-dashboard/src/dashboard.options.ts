import type { CanActivate, Type } from '@nestjs/common';
import type { AdminRequest } from './access/admin-request.js';
import type { Role } from './access/role.js';

/** A request of the host's HTTP framework, with what the host's guard has put on it. */
export type HostRequest = AdminRequest & Record<string, unknown>;

export interface JobsDashboardOptions {
  /** Whether all routes answer 404 until a token or `guard` is set. Default: true. */
  production?: boolean;
  /**
   * Token for reading and changing. Send it as `Authorization: Bearer <adminToken>`, or open
   * `/jobs/sign-in?token=<adminToken>` in a browser once. Default: none; nobody can change anything then.
   */
  adminToken?: string;
  /** Token for reading only. Default: none. */
  viewerToken?: string;
  /**
   * Whether requests from this machine, without a proxy, may read without a token. Ignored in production. Default: true if
   * no token is set.
   */
  localReads?: boolean;
  /**
   * The host's own guard, instead of the tokens: an instance, or a class that Nest makes with what it injects.
   * `routeAccess(context)` returns the role of a route. Default: none.
   */
  guard?: CanActivate | Type<CanActivate>;
  /**
   * With `guard`: the role of a request that the guard has admitted; null refuses it. The routes then check the role, and
   * the pages say what a viewer may not do. Default: the guard alone decides, and the pages offer every action.
   */
  role?(request: HostRequest): Role | null | Promise<Role | null>;
  /**
   * Whether viewers see payloads and results, and may search by payload. Errors are shown in any case. Default true.
   */
  viewersSeePayloads?: boolean;
  /**
   * The name of the environment, which all pages show, such as `staging`. At most 30 characters. Default `production` or
   * `development`, as `production` says.
   */
  environment?: string;
  /**
   * Header with the name of the user, for the audit, such as `x-forwarded-user`. Only safe behind a proxy that sets it and
   * removes the header that clients send. Default: none.
   */
  actorHeader?: string;
  /**
   * Returns the name of the user of a request that the guard has let in, for the audit, such as that of `request.user`.
   * Comes before `actorHeader`. Default: none.
   */
  actorOf?: (request: unknown) => string | undefined;
}

/** Fixed when the module is declared, because routes cannot wait for injected options. */
export interface JobsDashboardExtras {
  /**
   * Path of the dashboard, such as `/ops/queue`: below the host's global prefix, if there is one, and in no version of its
   * API. Letters, digits and _ . ~ -, in one or more parts. Default: `jobs`.
   */
  path?: string;
}

/** Path of the admin API below the dashboard, without leading and trailing slashes. */
export const API_PATH = 'api/v1';
