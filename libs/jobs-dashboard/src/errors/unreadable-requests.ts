import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AdminAccess } from '../access/admin-access.js';
import { API_PATH } from '../dashboard.options.js';
import { AdminError } from './admin.error.js';
import { PROBLEM_CONTENT_TYPE, problemOf } from './problem.js';

/** The errors that Express and body-parser throw. */
interface ReadError {
  type?: string;
  status?: number;
  message?: string;
  /** True in errors that Express makes for the client, and absent in all others. */
  expose?: boolean;
}

const MAX_MESSAGE_LENGTH = 200;

/**
 * Answers requests whose address or body cannot be read. They fail before Nest knows their controller, so our filters do
 * not see them. A global filter would see those of the whole host.
 */
@Injectable()
export class UnreadableRequests implements OnModuleInit {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly access: AdminAccess,
  ) {}

  onModuleInit(): void {
    const { httpAdapter } = this.adapterHost;
    if (httpAdapter?.getType() !== 'express') return;
    httpAdapter.use(
      (error: unknown, request: { originalUrl: string }, response: unknown, next: (e: unknown) => void) => {
        const answer = this.answer(error, request.originalUrl);
        if (!answer) return next(error);
        httpAdapter.setHeader(response, 'content-type', `${PROBLEM_CONTENT_TYPE}; charset=utf-8`);
        httpAdapter.reply(response, problemOf(answer), answer.getStatus());
      },
    );
  }

  /** Returns null for routes of the host, and if the API is closed and must not reveal that it exists. */
  private answer(error: unknown, url: string): AdminError | null {
    return url.includes(`${this.access.path.at(API_PATH)}/`) && this.access.rule !== 'closed'
      ? toAdminError(error)
      : null;
  }
}

function toAdminError(error: unknown): AdminError | null {
  if (error instanceof URIError) return malformedUrl();
  const { type, status = 500, message = '', expose } = (error ?? {}) as ReadError;
  if (expose !== true && !type) return null;
  const shown = message.slice(0, MAX_MESSAGE_LENGTH);
  switch (type) {
    case 'entity.parse.failed':
      return new AdminError(400, {
        code: 'JOBS_MALFORMED_JSON',
        what: 'The body is not valid JSON.',
        issues: [{ path: 'body', message: shown }],
        fix: 'Send one object, with names and texts in double quotes and no comma after the last field.',
      });
    case 'entity.too.large':
      return new AdminError(413, {
        code: 'JOBS_BODY_TOO_LARGE',
        what: 'The body is larger than this server reads.',
        fix: "Store large data elsewhere and send its address, or raise the limit: app.useBodyParser('json', { limit: '1mb' }).",
      });
    default:
      return status < 500 ? unreadable(status, shown) : null;
  }
}

function malformedUrl(): AdminError {
  return new AdminError(400, {
    code: 'JOBS_MALFORMED_URL',
    what: 'The address has an escape sequence that is not valid UTF-8.',
    fix: 'Write "%" itself as %25, and other characters as the escaped bytes of their UTF-8 form.',
  });
}

function unreadable(status: number, message: string): AdminError {
  return new AdminError(status, {
    code: 'JOBS_UNREADABLE_BODY',
    what: `The body cannot be read: ${message}.`,
    fix: 'Send JSON in UTF-8, uncompressed or compressed with gzip, deflate or br.',
  });
}
