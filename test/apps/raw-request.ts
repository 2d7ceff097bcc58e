import { request, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

export interface RawAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  tookMs: number;
}

export interface RawRequest {
  method?: string;
  /** As it is sent, escapes and all. */
  path: string;
  headers?: Record<string, string | string[]>;
  body?: string;
}

const TIMEOUT_MS = 10_000;

/** Sends a request whose address no client tidies up. */
export function sendRaw(port: number, { method = 'GET', path, headers = {}, body }: RawRequest): Promise<RawAnswer> {
  const startedMs = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers, timeout: TIMEOUT_MS }, (response) => {
      text(response).then((answer) => {
        const tookMs = performance.now() - startedMs;
        resolve({ status: response.statusCode!, headers: response.headers, body: answer, tookMs });
      }, reject);
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Sends bytes that need not be HTTP, and returns what comes back until the server closes the connection. */
export function sendBytes(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
  return text(socket);
}
