import type { CanActivate } from '@nestjs/common';

export interface JobsDashboardOptions {
  /** In production everything answers 404 until a token or `guard` is set. */
  production: boolean;
  /**
   * Token of those who may look and change, sent as `Authorization: Bearer <adminToken>`, or kept by a browser that has
   * opened `/jobs/sign-in?token=<adminToken>`. Without it nothing can be changed, in production or not.
   */
  adminToken?: string;
  /** Token of those who may look, and change nothing. */
  viewerToken?: string;
  /**
   * Whether requests that are made on this machine, past no proxy, may look without a token. Never in production.
   * Default: true if no token is set.
   */
  localReads?: boolean;
  /** The host's own guard, instead of the tokens. `routeAccess(context)` tells it what a route asks for. */
  guard?: CanActivate;
  /**
   * Header that names who acts, for the audit, such as `x-forwarded-user`. Only behind a proxy that sets it and removes
   * what clients send. Default: none.
   */
  actorHeader?: string;
}

/** Where the admin API lives, without slashes around it. */
export const API_PATH = 'jobs/api/v1';
