import type { IncomingMessage } from 'node:http';

/** What the admin API needs of a request; those of Express and Fastify both have it. */
export type AdminRequest = Pick<IncomingMessage, 'headers' | 'method' | 'url' | 'socket'>;

/** The first value of a header, or undefined. */
export function headerOf(request: AdminRequest, name: string): string | undefined {
  const value = request.headers[name.toLowerCase()];
  return Array.isArray(value) ? value[0] : value;
}
