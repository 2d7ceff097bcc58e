import type { CanActivate } from '@nestjs/common';

export interface JobsDashboardOptions {
  /** In production all routes answer 404 until a token or `guard` is set. */
  production: boolean;
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
  /** The host's own guard, instead of the tokens. `routeAccess(context)` returns the role of a route. Default: none. */
  guard?: CanActivate;
  /**
   * Header with the name of the user, for the audit, such as `x-forwarded-user`. Only safe behind a proxy that sets it and
   * removes the header that clients send. Default: none.
   */
  actorHeader?: string;
}

/** Path of the admin API, without leading and trailing slashes. */
export const API_PATH = 'jobs/api/v1';
