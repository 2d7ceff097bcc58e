import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AdminAccess } from '../access/admin-access.js';
import { API_PATH } from '../dashboard.options.js';
import type { AdminError } from './admin.error.js';
import { PROBLEM_CONTENT_TYPE, problemOf } from './problem.js';
import { unknownRoute, unreadableRequest } from './unreadable.errors.js';

/** A request of Express or of Fastify. */
interface AddressedRequest {
  method: string;
  originalUrl: string;
}

type Next = (...given: unknown[]) => unknown;

/**
 * Answers requests whose address or body cannot be read, and those to addresses below the API that do not exist. They
 * fail before Nest knows their controller, so our filters do not see them. A global filter would see those of the whole
 * host.
 */
@Injectable()
export class UnreadableRequests implements OnModuleInit {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly access: AdminAccess,
  ) {}

  /** Nest sets its handlers after this. Ours come before them, for our own addresses. */
  onModuleInit(): void {
    const { httpAdapter } = this.adapterHost;
    if (!httpAdapter) return;
    const { setErrorHandler, setNotFoundHandler } = httpAdapter;
    httpAdapter.setErrorHandler = (nests: Next, ...rest: [string?]) =>
      setErrorHandler.call(httpAdapter, this.beforeErrorsOf(nests), ...rest);
    httpAdapter.setNotFoundHandler = (nests: Next, ...rest: [string?]) =>
      setNotFoundHandler.call(httpAdapter, this.beforeMissesOf(nests), ...rest);
  }

  /** Express knows a handler of errors by its four parameters. */
  private beforeErrorsOf(nests: Next) {
    return (error: unknown, request: AddressedRequest, response: unknown, next: unknown): unknown => {
      const answer = this.isOwn(request) && unreadableRequest(error);
      return answer ? this.send(response, answer) : nests(error, request, response, next);
    };
  }

  private beforeMissesOf(nests: Next) {
    return (request: AddressedRequest, response: unknown, next: unknown): unknown =>
      this.isOwn(request) ? this.send(response, unknownRoute(request)) : nests(request, response, next);
  }

  private send(response: unknown, answer: AdminError): void {
    const { httpAdapter } = this.adapterHost;
    httpAdapter.setHeader(response, 'content-type', `${PROBLEM_CONTENT_TYPE}; charset=utf-8`);
    httpAdapter.reply(response, problemOf(answer), answer.getStatus());
  }

  /** False for routes of the host, and if the API is closed and must not reveal that it exists. */
  private isOwn({ originalUrl }: AddressedRequest): boolean {
    return originalUrl.includes(`${this.access.path.at(API_PATH)}/`) && this.access.rule !== 'closed';
  }
}
