import { setTimeout as delay } from 'node:timers/promises';
import { raise, rejectWith, trap } from '../thing.js';

/** A way to end a handler with a value. */
export interface Delivery {
  name: string;
  deliver: (value: unknown) => unknown;
  /** True where the language itself does not say which of two endings counts. */
  ambiguous?: boolean;
}

class ForeignPromise<T> extends Promise<T> {}

class OddSpeciesPromise<T> extends Promise<T> {
  static override get [Symbol.species](): PromiseConstructor {
    return trap('Symbol.species');
  }
}

type Settle = (value: unknown) => void;

const thenable = (then: (resolve: Settle, reject: Settle) => void) => ({ then });

/** A settled promise whose own `then` says something else. */
const withOwnThen = (then: (resolve: Settle, reject: Settle) => unknown) =>
  Object.defineProperty(Promise.resolve(), 'then', { value: then });

export const RETURNS: readonly Delivery[] = [
  { name: 'returned at once', deliver: (value) => value },
  { name: 'returned by an async function', deliver: async (value) => Promise.resolve(value) },
  { name: 'resolved later', deliver: (value) => delay(1).then(() => value) },
  { name: 'resolved by a subclass of Promise', deliver: (value) => new ForeignPromise((resolve) => resolve(value)) },
  { name: 'resolved by a thenable', deliver: (value) => thenable((resolve) => resolve(value)) },
  {
    name: 'resolved twice by a thenable',
    deliver: (value) => thenable((resolve) => [resolve(value), resolve('again')]),
  },
  {
    name: 'resolved and then rejected by a thenable',
    deliver: (value) => thenable((resolve, reject) => [resolve(value), reject(new Error('too late'))]),
  },
  {
    name: 'resolved by a thenable that throws afterwards',
    deliver: (value) =>
      thenable((resolve) => {
        resolve(value);
        trap('then, after it had resolved');
      }),
  },
  {
    name: 'resolved by a thenable inside a thenable',
    deliver: (value) => thenable((resolve) => resolve(thenable((inner) => inner(value)))),
  },
  {
    name: 'resolved by a callable thenable',
    deliver: (value) =>
      Object.assign(
        () => 1,
        thenable((resolve) => resolve(value)),
      ),
  },
  { name: 'resolved by an own then', deliver: (value) => withOwnThen((resolve) => resolve(value)), ambiguous: true },
  {
    name: 'resolved twice by an own then',
    deliver: (value) => withOwnThen((resolve) => [resolve(value), resolve(value)]),
    ambiguous: true,
  },
  {
    // Nobody can wait for such a promise, so it must not be one that rejects.
    name: 'lost in a promise of an odd species',
    deliver: () => new OddSpeciesPromise((resolve) => resolve('lost')),
    ambiguous: true,
  },
];

export const THROWS: readonly Delivery[] = [
  { name: 'thrown at once', deliver: raise },
  { name: 'rejected', deliver: rejectWith },
  { name: 'thrown by an async function', deliver: async (value) => Promise.resolve().then(() => raise(value)) },
  { name: 'rejected later', deliver: (value) => delay(1).then(() => raise(value)) },
  {
    name: 'rejected by a subclass of Promise',
    deliver: (value) => new ForeignPromise((_, reject) => reject(value)),
  },
  { name: 'rejected by a thenable', deliver: (value) => thenable((_, reject) => reject(value)) },
  {
    name: 'rejected and then resolved by a thenable',
    deliver: (value) => thenable((resolve, reject) => [reject(value), resolve('too late')]),
  },
  { name: 'thrown by a then', deliver: (value) => thenable(() => raise(value)) },
  {
    name: 'thrown by a getter then',
    deliver: (value) => Object.defineProperty({}, 'then', { get: () => raise(value) }),
  },
  { name: 'rejected by an own then', deliver: (value) => withOwnThen((_, reject) => reject(value)), ambiguous: true },
  { name: 'thrown by an own then', deliver: (value) => withOwnThen(() => raise(value)), ambiguous: true },
  {
    name: 'thrown by a getter constructor of a promise',
    deliver: (value) => Object.defineProperty(Promise.resolve(), 'constructor', { get: () => raise(value) }),
    ambiguous: true,
  },
];
