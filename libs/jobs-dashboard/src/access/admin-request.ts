import type { IncomingMessage } from 'node:http';

/** The parts of a request that the admin API uses. Requests of Express and of Fastify have them. */
export type AdminRequest = Pick<IncomingMessage, 'headers' | 'httpVersion' | 'method' | 'url' | 'socket'>;

const READING = ['GET', 'HEAD', 'OPTIONS'];

/** Whether the method is one that changes nothing. */
export function isReading(request: Pick<AdminRequest, 'method'>): boolean {
  return READING.includes(request.method ?? '');
}

/** The first value of a header, or undefined. */
export function headerOf(request: Pick<AdminRequest, 'headers'>, name: string): string | undefined {
  const value = request.headers[name.toLowerCase()];
  return Array.isArray(value) ? value[0] : value;
}
