import { ObservedPromise } from './observed-promise.js';

describe('a promise that knows whether it is observed', () => {
  const failing = () => ObservedPromise.of<number>(Promise.reject(new Error('it')));
  const unhandled: unknown[] = [];
  const note = (error: unknown) => void unhandled.push(error);
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  beforeAll(() => void process.on('unhandledRejection', note));
  afterAll(() => void process.off('unhandledRejection', note));
  beforeEach(() => void unhandled.splice(0));

  it.each<[string, (promise: ObservedPromise<number>) => unknown]>([
    ['nobody looks', () => undefined],
    ['only its success is waited for', (promise) => promise.then(() => 1)],
    ['only its end is waited for', (promise) => promise.finally(() => undefined)],
  ])('is not, and ends no process, where %s', async (_, use) => {
    const promise = failing();
    use(promise);
    await turn();
    expect(promise.isObserved).toBe(false);
    expect(unhandled).toEqual([]);
  });

  it.each<[string, (promise: ObservedPromise<number>) => unknown]>([
    ['it is awaited', async (promise) => void (await promise.then(() => 1).catch(() => 2))],
    ['an async function returns it', (promise) => (async () => promise)().catch(() => 3)],
    ['it is one of many', (promise) => Promise.all([promise, Promise.resolve()]).catch(() => 4)],
    ['what is derived from it is caught', (promise) => promise.finally(() => undefined).catch(() => 5)],
  ])('is where %s', async (_, use) => {
    const promise = failing();
    await use(promise);
    expect(promise.isObserved).toBe(true);
    await turn();
    expect(unhandled).toEqual([]);
  });

  it('gives its value and its error as any promise', async () => {
    await expect(ObservedPromise.of(Promise.resolve(7))).resolves.toBe(7);
    await expect(failing()).rejects.toThrow('it');
  });
});
