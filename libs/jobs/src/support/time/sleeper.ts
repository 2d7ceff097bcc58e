/** A sleep that can be ended early. A `wake()` without a sleep ends the next sleep at once. */
export class Sleeper {
  private wakeSleep: (() => void) | null = null;
  private woken = false;

  sleep(ms: number): Promise<void> {
    if (this.woken || ms <= 0) {
      this.woken = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.wakeSleep?.(), ms);
      this.wakeSleep = () => {
        clearTimeout(timer);
        this.wakeSleep = null;
        this.woken = false;
        resolve();
      };
    });
  }

  wake(): void {
    this.woken = true;
    this.wakeSleep?.();
  }
}
