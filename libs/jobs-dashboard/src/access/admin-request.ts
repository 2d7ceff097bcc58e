import type { IncomingMessage } from 'node:http';

/** What the admin API needs of a request; those of Express and Fastify both have it. */
export type AdminRequest = Pick<IncomingMessage, 'headers' | 'httpVersion' | 'method' | 'url' | 'socket'>;

const READING = ['GET', 'HEAD', 'OPTIONS'];

/** Whether the method says that nothing is changed. */
export function isReading(request: Pick<AdminRequest, 'method'>): boolean {
  return READING.includes(request.method ?? '');
}

/** The first value of a header, or undefined. */
export function headerOf(request: Pick<AdminRequest, 'headers'>, name: string): string | undefined {
  const value = request.headers[name.toLowerCase()];
  return Array.isArray(value) ? value[0] : value;
}
