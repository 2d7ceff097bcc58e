import { nowMs } from '../lab/clock.mjs';

const REPORT_EVERY_MS = 25;

/** Counts what the handlers of this process have done. */
export class Tally {
  #target = 0;
  #runs = 0;
  #done = 0;
  #reported = -1;
  /** @type {number | null} */
  #firstMs = null;
  /** @type {number | null} */
  #lastMs = null;
  #latencies = [];

  constructor(report) {
    this.report = report;
  }

  /**
   * Reports at intervals, and at once when the target is reached. Only for scenarios that use the reports, because they
   * would be a large part of the cost of an idle worker.
   */
  startReports(target) {
    this.#target = target;
    setInterval(() => this.#progress(), REPORT_EVERY_MS).unref();
  }

  started() {
    this.#firstMs ??= nowMs();
    this.#runs++;
  }

  done() {
    this.#done++;
    if (this.#done === this.#target) this.#progress();
  }

  latency(ms) {
    this.#latencies.push(ms);
  }

  summary() {
    return { runs: this.#runs, done: this.#done, latencies: this.#latencies };
  }

  #progress() {
    if (this.#done === this.#reported) return;
    this.#reported = this.#done;
    this.#lastMs = nowMs();
    const [done, firstMs, atMs] = [this.#done, this.#firstMs, this.#lastMs];
    this.report('progress', { done, firstMs, atMs, rss: process.memoryUsage.rss() });
  }
}
