import type { CanActivate } from '@nestjs/common';

export interface JobsDashboardOptions {
  /** In production everything answers 404 until `adminToken` or `guard` is set. */
  production: boolean;
  /**
   * If set, requests must carry `Authorization: Bearer <adminToken>`, in production or not. Without it, and outside
   * production, only requests from this machine are answered.
   */
  adminToken?: string;
  /** The host's own guard, instead of the token. */
  guard?: CanActivate;
  /**
   * Header that names who acts, for the audit, such as `x-forwarded-user`. Only behind a proxy that sets it and removes
   * what clients send. Default: none.
   */
  actorHeader?: string;
}

/** Where the admin API lives, without slashes around it. */
export const API_PATH = 'jobs/api/v1';
