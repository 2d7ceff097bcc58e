import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { inOwnContext } from './own-context.js';

describe('inOwnContext', () => {
  const tenant = new AsyncLocalStorage<string>();
  const seen = () => tenant.getStore();

  it('keeps what the work enters away from its caller and from the next work', async () => {
    const first = inOwnContext(async () => {
      tenant.enterWith('a');
      await Promise.resolve();
      return seen();
    });
    expect(seen()).toBeUndefined();
    expect(inOwnContext(seen)).toBeUndefined();
    expect(await first).toBe('a');
    await Promise.resolve();
    expect(seen()).toBeUndefined();
  });

  it('shows the work nothing of whoever starts it', () => {
    tenant.run('request', () => {
      expect(inOwnContext(seen)).toBeUndefined();
      expect(seen()).toBe('request');
    });
  });

  it('returns what the work returns, and throws what it throws', () => {
    expect(inOwnContext(() => 7)).toBe(7);
    expect(() =>
      inOwnContext(() => {
        throw new Error('mine');
      }),
    ).toThrow('mine');
  });

  it('is nothing that keeps the process alive, for those who look for open handles', () => {
    const made: object[] = [];
    const hook = createHook({
      init: (_id, type, _trigger, resource) => type.startsWith('Monstera') && made.push(resource),
    }).enable();
    inOwnContext(seen);
    hook.disable();
    expect(made).toEqual([expect.objectContaining({ hasRef: expect.any(Function) as unknown })]);
    expect((made[0] as { hasRef(): boolean }).hasRef()).toBe(false);
  });
});
