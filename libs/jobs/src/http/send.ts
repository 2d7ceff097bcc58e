import type { HttpAdapterHost } from '@nestjs/core';

export interface Answer {
  status: number;
  body: object | string;
  headers?: Record<string, string>;
}

/**
 * Sends an answer past Nest's own sending, so that no global interceptor or filter of the host can wrap it: Prometheus
 * reads nothing but its own format. `response` is Express' or Fastify's.
 */
export function send({ httpAdapter }: HttpAdapterHost, response: unknown, { status, body, headers }: Answer): void {
  for (const [name, value] of Object.entries(headers ?? {})) httpAdapter.setHeader(response, name, value);
  httpAdapter.reply(response, body, status);
}
