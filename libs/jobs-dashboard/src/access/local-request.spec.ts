import type { AdminRequest } from './admin-request.js';
import { isLocalRequest } from './local-request.js';

function request(from: string, to: string, headers: Record<string, string>): AdminRequest {
  return { headers, socket: { remoteAddress: from, localAddress: to } } as unknown as AdminRequest;
}

describe('isLocalRequest', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1', 'localhost:3000'],
    ['127.0.0.1', '127.0.0.1', '127.0.0.1:3000'],
    ['::1', '::1', '[::1]:3000'],
    ['::ffff:127.0.0.1', '::ffff:127.0.0.1', 'LOCALHOST'],
  ])('takes %s → %s as %s', (from, to, host) => {
    expect(isLocalRequest(request(from, to, { host }))).toBe(true);
  });

  it.each([
    ['another machine', '192.168.1.7', '192.168.1.2', { host: 'localhost' }],
    ['this machine by its address in the network', '192.168.1.2', '192.168.1.2', { host: '192.168.1.2' }],
    ['a name that points here', '127.0.0.1', '127.0.0.1', { host: 'rebound.example' }],
    ['a name that starts like ours', '127.0.0.1', '127.0.0.1', { host: 'localhost.evil.example' }],
    ['a tunnel', '127.0.0.1', '127.0.0.1', { host: 'localhost', 'x-forwarded-for': '203.0.113.9' }],
    ['a proxy', '127.0.0.1', '127.0.0.1', { host: 'localhost', forwarded: 'for=203.0.113.9' }],
    ['nobody', '', '', {}],
  ])('refuses %s', (_name, from, to, headers) => {
    expect(isLocalRequest(request(from, to, headers as Record<string, string>))).toBe(false);
  });
});
