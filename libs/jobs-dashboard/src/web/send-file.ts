import { StreamableFile } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';

/** Headers of every page. A browser loads and connects to nothing but this server, and no page frames ours. */
export const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

export interface SentFile {
  status?: number;
  body: Buffer | string;
  type: string;
  headers?: Record<string, string>;
}

/** Sends a file through the HTTP adapter, so that no global interceptor of the host wraps it. */
export function sendFile({ httpAdapter }: HttpAdapterHost, response: unknown, file: SentFile): void {
  const { status = 200, type, headers = {} } = file;
  const body = Buffer.from(file.body);
  for (const [name, value] of Object.entries(headers)) httpAdapter.setHeader(response, name, value);
  httpAdapter.setHeader(response, 'content-type', type);
  httpAdapter.reply(response, new StreamableFile(body, { type, length: body.length }), status);
}
