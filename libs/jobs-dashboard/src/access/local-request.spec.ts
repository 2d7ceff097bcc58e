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
    ['a proxy that names nobody', '127.0.0.1', '127.0.0.1', { host: 'localhost', via: '1.1 proxy' }],
    ['nobody', '', '', {}],
  ])('refuses %s', (_name, from, to, headers) => {
    expect(isLocalRequest(request(from, to, headers as Record<string, string>))).toBe(false);
  });

  it.each([
    'x-real-ip',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-forwarded',
    'x-client-ip',
    'x-cluster-client-ip',
    'x-original-host',
    'x-envoy-external-address',
    'true-client-ip',
    'cf-connecting-ip',
    'fastly-client-ip',
    'tailscale-user-login',
    'cdn-loop',
  ])('refuses the note %s of a proxy, whatever it says', (name) => {
    expect(isLocalRequest(request('127.0.0.1', '127.0.0.1', { host: 'localhost', [name]: '127.0.0.1' }))).toBe(false);
  });

  it('refuses HTTP/1.0, which a proxy without any setting speaks', () => {
    const local = request('127.0.0.1', '127.0.0.1', { host: 'localhost' });

    expect(isLocalRequest({ ...local, httpVersion: '1.0' })).toBe(false);
    expect(isLocalRequest({ ...local, httpVersion: '1.1' })).toBe(true);
  });
});
