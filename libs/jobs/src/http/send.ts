import type { HttpAdapterHost } from '@nestjs/core';

export interface Answer {
  status: number;
  body: object | string;
  headers?: Record<string, string>;
}

/**
 * Sends an answer through the HTTP adapter, so that no global interceptor of the host wraps it. Prometheus reads only its
 * own format. `response` is that of Express or Fastify.
 */
export function send({ httpAdapter }: HttpAdapterHost, response: unknown, { status, body, headers }: Answer): void {
  for (const [name, value] of Object.entries(headers ?? {})) httpAdapter.setHeader(response, name, value);
  httpAdapter.reply(response, body, status);
}
