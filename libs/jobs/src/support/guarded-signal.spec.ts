import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { guardListeners } from './guarded-signal.js';

describe('a guarded signal', () => {
  let controller: AbortController;
  let signal: AbortSignal;
  let thrown: unknown[];

  beforeEach(() => {
    thrown = [];
    controller = new AbortController();
    signal = controller.signal;
    guardListeners(signal, (error) => thrown.push(String(error)));
  });

  it('hands over what listeners throw and reject with, and calls all of them', async () => {
    const called: string[] = [];
    const failing = (name: string) => () => {
      called.push(name);
      throw new Error(name);
    };
    signal.addEventListener('abort', failing('function'));
    signal.addEventListener('abort', { handleEvent: failing('object') });
    signal.addEventListener('abort', async () => failing('async')());
    signal.onabort = failing('onabort');
    signal.addEventListener('abort', () => called.push('last'));
    controller.abort();
    await Promise.resolve();
    expect(called).toEqual(['function', 'object', 'async', 'onabort', 'last']);
    expect(thrown.sort()).toEqual(['Error: async', 'Error: function', 'Error: object', 'Error: onabort']);
  });

  it('forgets listeners that are removed, and calls those for one time once', () => {
    let calls = 0;
    const listener = () => void calls++;
    signal.addEventListener('abort', listener);
    signal.removeEventListener('abort', listener);
    signal.onabort = listener;
    signal.onabort = null;
    signal.addEventListener('abort', listener, { once: true });
    signal.addEventListener('abort', listener, { once: true });
    controller.abort();
    signal.dispatchEvent(new Event('abort'));
    expect(calls).toBe(1);
    expect(signal.onabort).toBeNull();
  });

  it('works with what Node offers for signals', async () => {
    const waiting = delay(60_000, null, { signal });
    const any = AbortSignal.any([signal, new AbortController().signal]);
    const heard = once(signal, 'abort');
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    await heard;
    expect(any.aborted).toBe(true);
    expect(signal instanceof AbortSignal).toBe(true);
    expect(() => signal.throwIfAborted()).toThrow('enough');
    await expect(fetch('http://127.0.0.1:9', { signal })).rejects.toThrow('enough');
  });
});
