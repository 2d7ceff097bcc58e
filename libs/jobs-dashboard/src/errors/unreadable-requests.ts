import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { IncomingMessage, Server } from 'node:http';
import { HttpAdapterHost } from '@nestjs/core';
import { AdminAccess } from '../access/admin-access.js';
import { API_PATH } from '../dashboard.options.js';
import type { AdminError } from './admin.error.js';
import { PROBLEM_CONTENT_TYPE, problemOf } from './problem.js';
import { unknownRoute, unreadableAddress, unreadableRequest } from './unreadable.errors.js';

/** A request of Express or of Fastify. */
interface AddressedRequest {
  method: string;
  originalUrl: string;
  /** Of Fastify: Node's own. */
  raw?: object;
}

/** A request of Node. Frameworks take `originalUrl` for the address that was sent. */
type NodeRequest = Pick<IncomingMessage, 'url'> & { originalUrl?: string };

type Next = (...given: unknown[]) => unknown;

/**
 * Answers requests whose address or body cannot be read, and those to addresses below the API that do not exist. They
 * fail before Nest knows their controller, so our filters do not see them. A global filter would see those of the whole
 * host.
 */
@Injectable()
export class UnreadableRequests implements OnModuleInit {
  private readonly diverted = new WeakMap<object, AdminError>();

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly access: AdminAccess,
  ) {}

  /** Nest sets its own handlers after this, and so do modules of the host that import this one. */
  onModuleInit(): void {
    const { httpAdapter } = this.adapterHost;
    if (!httpAdapter) return;
    const { setNotFoundHandler } = httpAdapter;
    httpAdapter.setNotFoundHandler = (nests: Next, ...rest: [string?]) =>
      setNotFoundHandler.call(httpAdapter, this.beforeMissesOf(nests), ...rest);
    if (httpAdapter.getType() === 'fastify') this.onFastify(httpAdapter);
    if (httpAdapter.getType() === 'express')
      httpAdapter.use(this.beforeErrorsOf((error, _request, _response, next) => (next as Next)(error)));
  }

  private onFastify(httpAdapter: HttpAdapterHost['httpAdapter']): void {
    const { setErrorHandler } = httpAdapter;
    httpAdapter.setErrorHandler = (nests: Next, ...rest: [string?]) =>
      setErrorHandler.call(httpAdapter, this.beforeErrorsOf(nests), ...rest);
    const server = httpAdapter.getHttpServer() as Server;
    server.prependListener('request', (request: NodeRequest) => this.divert(request));
  }

  /**
   * Fastify's router itself answers an address that it cannot read, as no handler or hook sees. So such a request gets an
   * address below the API that nothing has.
   */
  private divert(request: NodeRequest): void {
    const { url = '' } = request;
    const answer = this.isOwn({ originalUrl: url }) && unreadableAddress(url);
    if (!answer) return;
    this.diverted.set(request, answer);
    request.originalUrl = url;
    request.url = url.slice(0, url.indexOf(this.base) + this.base.length);
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
      this.isOwn(request) ? this.send(response, this.missOf(request)) : nests(request, response, next);
  }

  private missOf(request: AddressedRequest): AdminError {
    return this.diverted.get(request.raw ?? request) ?? unknownRoute(request);
  }

  private send(response: unknown, answer: AdminError): void {
    const { httpAdapter } = this.adapterHost;
    httpAdapter.setHeader(response, 'content-type', `${PROBLEM_CONTENT_TYPE}; charset=utf-8`);
    httpAdapter.reply(response, problemOf(answer), answer.getStatus());
  }

  /** False for routes of the host, and if the API is closed and must not reveal that it exists. */
  private isOwn({ originalUrl }: Pick<AddressedRequest, 'originalUrl'>): boolean {
    return originalUrl.includes(this.base) && this.access.rule !== 'closed';
  }

  private get base(): string {
    return `${this.access.path.at(API_PATH)}/`;
  }
}
