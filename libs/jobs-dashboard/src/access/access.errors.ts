import { NotFoundException } from '@nestjs/common';
import type { DashboardPath } from '../dashboard-path.js';
import { AdminError } from '../errors/admin.error.js';
import type { AdminRequest } from './admin-request.js';

/** Where the host gives its tokens; their variables, if there are any, are its own. */
const WHICH = 'It is an option of JobsDashboardModule.';

/** The API is closed. The answer must look like that for an address that does not exist. */
export class ClosedError extends NotFoundException {
  constructor({ method, url }: Pick<AdminRequest, 'method' | 'url'>) {
    super(`Cannot ${method} ${url}`);
  }
}

export function wrongToken(path: DashboardPath): AdminError {
  return new AdminError(401, {
    code: 'JOBS_ADMIN_UNAUTHORIZED',
    what: 'The admin token is missing or wrong.',
    fix: `Send the header "Authorization: Bearer <adminToken>", or open ${path.at('sign-in')}?token=<adminToken> once. ${WHICH}`,
  });
}

export function readOnly(): AdminError {
  return new AdminError(403, {
    code: 'JOBS_ADMIN_READ_ONLY',
    what: 'This token may read, but not change anything.',
    fix: `Set the option adminToken, and send the header "Authorization: Bearer <adminToken>". ${WHICH}`,
  });
}

/** The host's `role` says that the request may not do this. */
export function roleTooLow(asked: string): AdminError {
  return new AdminError(403, {
    code: 'JOBS_ADMIN_ROLE_TOO_LOW',
    what: `This needs the role "${asked}".`,
    fix: 'Sign in to the application as somebody who has it. The option `role` of JobsDashboardModule gives the roles.',
  });
}

export function payloadHidden(): AdminError {
  return new AdminError(403, {
    code: 'JOBS_ADMIN_PAYLOAD_HIDDEN',
    what: 'Viewers may not search by payload here.',
    fix: 'Take payload out of the search, or sign in as an operator.',
  });
}

export function notLocal(): AdminError {
  return new AdminError(403, {
    code: 'JOBS_ADMIN_LOCAL_ONLY',
    what: 'Without a token, only requests from this machine to localhost, without a proxy, are answered.',
    fix: `Set the option adminToken, and send the header "Authorization: Bearer <adminToken>". ${WHICH}`,
  });
}

export function foreignPage(): AdminError {
  return new AdminError(403, {
    code: 'JOBS_ADMIN_CROSS_SITE',
    what: 'A page of another origin made the browser send this request.',
    fix: 'Send it from a page of the same origin, or not from a browser.',
  });
}

export function foreignBody(): AdminError {
  return new AdminError(415, {
    code: 'JOBS_UNSUPPORTED_MEDIA_TYPE',
    what: 'The body is not declared to be JSON.',
    fix: 'Send the header "Content-Type: application/json".',
  });
}
