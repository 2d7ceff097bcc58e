const nothing = (): void => {};

/**
 * A promise that knows whether anybody handles its rejection. An unhandled one does not end the process: its maker asks
 * `isObserved` and reports the error instead.
 */
export class ObservedPromise<T> extends Promise<T> {
  /** Shared with derived promises: whoever handles their rejection handles this one's. */
  private observation = { made: false };

  static of<T>(promise: Promise<T>): ObservedPromise<T> {
    const observed = new ObservedPromise<T>((resolve, reject) => void promise.then(resolve, reject));
    return observed.calm(observed.observation);
  }

  get isObserved(): boolean {
    return this.observation.made;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- this is a promise, and calls of `then` are what it observes
  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    if (typeof onRejected === 'function') this.observation.made = true;
    return (super.then(onFulfilled, onRejected) as ObservedPromise<A | B>).calm(this.observation);
  }

  /** `finally` only passes a rejection on, so it does not count as handling it. */
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
