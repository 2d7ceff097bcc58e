import type { Child } from './child.js';
import type { StartOptions } from './fleet.js';
import type { Stage } from './stage.js';

/** Starts workers and replaces each that ends, until the scenario does, as a supervisor would. */
export async function supervise(stage: Stage, count: number, options: StartOptions = {}): Promise<void> {
  const watch = (worker: Child) => {
    // Jobs of this scenario end their process: that is no desertion.
    worker.expectedToEnd = true;
    void worker.ended.then(() => {
      if (stage.closing) return;
      stage.note('died', worker.label);
      stage.inject('worker ended by its job');
      watch(stage.fleet.launch('worker', options));
    });
  };
  for (const worker of await stage.fleet.start(count, options)) watch(worker);
}
