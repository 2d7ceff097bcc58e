const nothing = (): void => {};

/**
 * A promise that knows whether anybody looks at its rejection. One that nobody awaits does not end the process: whoever
 * made it asks `isObserved` and reports the error itself.
 */
export class ObservedPromise<T> extends Promise<T> {
  /** Shared with the promises that are derived from this one: looking at theirs is looking at this one's. */
  private observation = { made: false };

  static of<T>(promise: Promise<T>): ObservedPromise<T> {
    const observed = new ObservedPromise<T>((resolve, reject) => void promise.then(resolve, reject));
    return observed.calm(observed.observation);
  }

  get isObserved(): boolean {
    return this.observation.made;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- a promise has it, and what is asked of it is what is observed
  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    if (typeof onRejected === 'function') this.observation.made = true;
    return (super.then(onFulfilled, onRejected) as ObservedPromise<A | B>).calm(this.observation);
  }

  /** What waits for the end only passes the rejection on. */
  override finally(onFinally?: (() => void) | null): Promise<T> {
    const { made } = this.observation;
    const derived = super.finally(onFinally);
    this.observation.made = made;
    return derived;
  }

  private calm(observation: { made: boolean }): this {
    this.observation = observation;
    super.then(undefined, nothing);
    return this;
  }
}
