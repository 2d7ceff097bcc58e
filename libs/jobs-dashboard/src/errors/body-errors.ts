import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AdminAccess } from '../access/admin-access.js';
import { API_PATH } from '../dashboard.options.js';
import { AdminError } from './admin.error.js';

/** What body-parser throws. */
interface BodyError {
  type?: string;
  status?: number;
  message?: string;
}

const MAX_MESSAGE_LENGTH = 200;

/**
 * Answers bodies that cannot be read. They fail before Nest knows which controller they are for, so that no filter of
 * ours would see them, and a global one would see those of the whole host.
 */
@Injectable()
export class BodyErrors implements OnModuleInit {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly access: AdminAccess,
  ) {}

  onModuleInit(): void {
    const { httpAdapter } = this.adapterHost;
    if (httpAdapter?.getType() !== 'express') return;
    httpAdapter.use(
      (error: BodyError, request: { originalUrl: string }, response: unknown, next: (e: unknown) => void) => {
        const answer = this.answer(error, request.originalUrl);
        if (!answer) return next(error);
        httpAdapter.reply(response, answer.getResponse(), answer.getStatus());
      },
    );
  }

  /** Null where somebody else has to answer, such as an API that is closed and must not show that it exists. */
  private answer(error: BodyError, url: string): AdminError | null {
    if (!url.includes(`/${API_PATH}/`) || this.access.rule === 'closed' || !error.type) return null;
    return toAdminError(error);
  }
}

function toAdminError({ type, status = 400, message = '' }: BodyError): AdminError | null {
  switch (type) {
    case 'entity.parse.failed':
      return new AdminError(400, {
        code: 'JOBS_MALFORMED_JSON',
        what: 'The body is not valid JSON.',
        issues: [{ path: 'body', message: message.slice(0, MAX_MESSAGE_LENGTH) }],
        fix: 'Send one object, with names and texts in double quotes and no comma after the last field.',
      });
    case 'entity.too.large':
      return new AdminError(413, {
        code: 'JOBS_BODY_TOO_LARGE',
        what: 'The body is larger than this server reads.',
        fix: "Store large data elsewhere and send where it is, or raise the limit: app.useBodyParser('json', { limit: '1mb' }).",
      });
    default:
      return status < 500 ? unreadable(status, message) : null;
  }
}

function unreadable(status: number, message: string): AdminError {
  return new AdminError(status, {
    code: 'JOBS_UNREADABLE_BODY',
    what: `The body cannot be read: ${message.slice(0, MAX_MESSAGE_LENGTH)}.`,
    fix: 'Send JSON in UTF-8, plain or compressed with gzip, deflate or br.',
  });
}
