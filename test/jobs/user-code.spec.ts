import { eventually } from '../support/index.js';
import { fail, WildHost } from './wild-host.js';

class Odd extends Error {
  get retryAfterMs(): number {
    return fail('retryAfterMs throws');
  }
}

function trapped<T extends object>(target: T): T {
  const trap = () => fail('trapped');
  return new Proxy(target, { get: trap, has: trap, getPrototypeOf: trap, ownKeys: trap });
}

function ownCause(error: Error): Error {
  error.cause = error;
  return error;
}

function throwIt(error: unknown): never {
  throw error;
}

describe('user code', () => {
  let host: WildHost;

  beforeAll(async () => {
    host = await WildHost.start();
  });

  afterAll(async () => {
    await host.close();
    expect(host.unhandled).toEqual([]);
  });

  it.each<[string, () => unknown]>([
    ['an error whose retryAfterMs throws', () => new Odd('odd')],
    ['an error whose every trap throws', () => trapped(new Error('odd'))],
    ['an error whose message throws', () => Object.defineProperty(new Error(), 'message', { get: () => fail('no') })],
    ['a symbol', () => Symbol('odd')],
    ['a function', () => () => 1],
    ['an error that is its own cause', () => ownCause(new Error('odd'))],
  ])('that throws %s fails its attempt, once, and keeps no slot', async (_, thrown) => {
    for (const how of [async (error: unknown) => throwIt(error), throwIt]) {
      const { id } = await host.enqueue(() => how(thrown()), { maxAttempts: 2 });
      await host.expectJob(id, { status: 'failed', attempts: 2 });
      expect((await host.jobs.get(id))!.failures).toHaveLength(2);
    }
    await host.expectAllSlots();
  });

  it.each<[string, () => unknown]>([
    ['whose toJSON throws', () => ({ toJSON: () => fail('no JSON') })],
    ['whose getter throws', () => Object.defineProperty({}, 'x', { enumerable: true, get: () => fail('no x') })],
    ['that is a BigInt', () => 10n],
  ])('that returns a result %s is completed, once, with a word about it', async (_, result) => {
    const { id } = await host.enqueue(async () => result());
    await host.expectJob(id, { status: 'completed', attempts: 1, result: null, failures: [] });
    expect((await host.jobs.get(id))!.error).toContain('its result was not stored');
    await host.expectAllSlots();
    expect(host.endsOf(id)).toEqual(['completed']);
  });

  it.each<[string, () => unknown, unknown]>([
    ['a class instance', () => new (class { n = 1; })(), { n: 1 }], // prettier-ignore
    ['an object with undefined', () => ({ x: undefined }), {}],
    ['a Date', () => new Date(0), '1970-01-01T00:00:00.000Z'],
    ['an Error', () => new Error('as a value'), {}],
    ['a Map', () => new Map([[1, 2]]), {}],
  ])('that returns %s is completed with what JSON makes of it', async (_, result, stored) => {
    const { id } = await host.enqueue(async () => result());
    await host.expectJob(id, { status: 'completed', result: stored, error: null });
  });

  it.each<[string, (resolve: () => void, reject: (error: Error) => void) => void]>([
    ['throws', () => fail('no then')],
    ['calls back twice', (resolve) => (resolve(), resolve())],
    ['does both', (resolve, reject) => (resolve(), reject(new Error('x')))],
  ])('that returns a promise whose then %s ends once', async (_, then) => {
    // oxlint-disable-next-line unicorn/no-thenable -- that is what such a promise has
    const { id } = await host.enqueue(() => Object.assign(Promise.resolve(), { then }), { maxAttempts: 1 });
    await eventually(async () => expect((await host.jobs.get(id))?.completedAt).not.toBeNull());
    await host.expectAllSlots();
    expect(host.endsOf(id)).toHaveLength(1);
  });

  it('that throws in a listener of its signal ends as it would have without', async () => {
    const { id } = await host.enqueue((_, { signal }) => {
      signal.addEventListener('abort', () => fail('in a listener'));
      signal.addEventListener('abort', async () => Promise.reject(new Error('later')));
      return new Promise((__, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    });
    await host.expectJob(id, { status: 'processing' });
    await host.jobs.cancel(id);
    await host.expectJob(id, { status: 'cancelled' });
    await host.expectAllSlots();
  });
});
