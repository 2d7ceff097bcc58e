import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import { used } from './used.js';

export interface S3Refusal {
  status: number;
  /** S3's error code, such as `AccessDenied` or `SlowDown`. */
  code: string;
}

export interface S3TestServer {
  readonly endpoint: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** `PUT /bucket/key`, one per request, in order. */
  readonly requests: string[];
  /** While set, every request gets this answer. */
  refusal?: S3Refusal;
  /** While true, requests get no answer at all. */
  silent: boolean;
  /** Answers requests in place of the server, those for which it returns true. */
  intercept?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Connections that are open. */
  readonly sockets: ReadonlySet<Socket>;
  stop(): Promise<void>;
}

/**
 * A server that speaks the S3 protocol and keeps objects on disk, on a free port of the loopback. It checks the access
 * key but not the signature.
 */
export async function startS3Server(): Promise<S3TestServer> {
  // The SDK's own warning about the end of Node 20, once per test file.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const directory = await mkdtemp(join(tmpdir(), 'monstera-s3-'));
  const s3 = new S3rver({ directory, silent: true, configureBuckets: [{ name: 'monstera' }] });
  await s3.configureBuckets();
  const answer = s3.callback();
  const server = createServer((request, response) => {
    running.requests.push(`${request.method} ${request.url?.split('?')[0]}`);
    if (running.silent || running.intercept?.(request, response)) return;
    if (running.refusal) refuse(request, response, running.refusal);
    else answer(request, response);
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const running: S3TestServer = {
    endpoint: await listen(server),
    bucket: 'monstera',
    accessKeyId: 'S3RVER',
    secretAccessKey: 'S3RVER',
    requests: [],
    silent: false,
    sockets,
    stop: async () => {
      await close(server);
      s3.logger.exceptions.unhandle();
      s3.logger.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
  return running;
}

/** A storage for the tests of a `describe`. */
export function useS3Server(): S3TestServer {
  return used(
    () => startS3Server(),
    (server) => server.stop(),
  );
}

function refuse(request: IncomingMessage, response: ServerResponse, { status, code }: S3Refusal): void {
  request.resume();
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>as told</Message></Error>`);
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
