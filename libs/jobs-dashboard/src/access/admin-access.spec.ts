import { AdminAccess } from './admin-access.js';
import type { AdminRequest } from './admin-request.js';

const request = (headers: Record<string, string>) => ({ headers }) as unknown as AdminRequest;

describe('AdminAccess', () => {
  it('names the actor that the proxy names, without control characters and cut', () => {
    const access = new AdminAccess({ production: true, adminToken: 'secret', actorHeader: 'X-Forwarded-User' });

    expect(access.actor(request({ 'x-forwarded-user': ' ada\u0007@example.com ' }))).toBe('ada@example.com');
    expect(access.actor(request({ 'x-forwarded-user': 'x'.repeat(500) }))).toHaveLength(200);
    expect(access.actor(request({}))).toBe('admin token');
  });

  it('believes no header that it was not told to', () => {
    expect(new AdminAccess({ production: false }).actor(request({ 'x-forwarded-user': 'mallory' }))).toBe('local');
  });

  it('takes an empty token for none', () => {
    expect(new AdminAccess({ production: true, adminToken: '' }).rule).toBe('closed');
  });
});
