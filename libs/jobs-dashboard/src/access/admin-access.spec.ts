import { dashboardPath } from '../dashboard-path.js';
import { AdminAccess } from './admin-access.js';
import type { AdminRequest } from './admin-request.js';

const PATH = dashboardPath();
const request = (headers: Record<string, string>) => ({ headers }) as unknown as AdminRequest;

describe('AdminAccess', () => {
  it('names the actor that the proxy names, without control characters and cut', () => {
    const access = new AdminAccess({ production: true, adminToken: 'secret', actorHeader: 'X-Forwarded-User' }, PATH);

    expect(access.actor(request({ 'x-forwarded-user': ' ada\u0007@example.com ' }))).toBe('ada@example.com');
    expect(access.actor(request({ 'x-forwarded-user': 'x'.repeat(500) }))).toHaveLength(200);
    expect(access.actor(request({}))).toBe('admin token');
  });

  it('names the actor as the host knows it', () => {
    const access = new AdminAccess(
      { actorOf: (from) => (from as { user?: string }).user, actorHeader: 'x-user' },
      PATH,
    );

    expect(access.actor({ ...request({ 'x-user': 'bo' }), user: 'ada' } as AdminRequest)).toBe('ada');
    expect(access.actor(request({ 'x-user': 'bo' }))).toBe('bo');
  });

  it('believes no header that it was not told to', () => {
    expect(new AdminAccess({ production: false }, PATH).actor(request({ 'x-forwarded-user': 'mallory' }))).toBe(
      'local',
    );
  });

  it('takes an empty token for none', () => {
    expect(new AdminAccess({ adminToken: '' }, PATH).rule).toBe('closed');
  });

  it.each([
    ['a role without a guard', { role: () => 'admin' as const }, 'role'],
    ['a role that is no function', { guard: { canActivate: () => true }, role: 'admin' as never }, 'role'],
    ['an environment without a name', { environment: ' ' }, 'environment'],
    ['an environment with a long name', { environment: 'x'.repeat(31) }, 'environment'],
  ])('refuses %s', (_name, options, path) => {
    const issues = [{ path, message: expect.any(String) as string }];
    expect(() => new AdminAccess({ production: false, ...options }, PATH)).toThrow(
      expect.objectContaining({ code: 'JOBS_INVALID_OPTION', issues }),
    );
  });
});
