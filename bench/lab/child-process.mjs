import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { LabProcess } from '../../test/lab/lab-process.ts';

const MAIN = fileURLToPath(new URL('../child/main.mjs', import.meta.url));

/**
 * The process of a worker or a producer, seen from the lab. It emits the reports of the process (`progress`, `started`).
 * Once the process has ended, it rejects every call.
 */
export class ChildProcess extends EventEmitter {
  #calls = new Map();
  #lastCall = 0;
  #endedWith = '';
  #process;
  #ended;

  /** The process gets no environment, so that no variable of the caller affects the measurement. */
  constructor(nodePath, nodeOptions = []) {
    super();
    this.#process = new LabProcess(MAIN, {
      execPath: nodePath,
      execArgv: nodeOptions,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#process.onMessage((message) => this.#receive(message));
    this.#ended = this.#process.ended.then(
      (exit) => this.#end(`the process ended (${exit})`),
      (error) => this.#end(error.message),
    );
  }

  /** Resolves with the exit code or the signal that ended the process. */
  get ended() {
    return this.#process.ended;
  }

  call(method, params = {}) {
    if (this.#endedWith) return Promise.reject(new Error(`${method}: ${this.#endedWith}`));
    const id = ++this.#lastCall;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { method, resolve, reject });
      this.#process.send({ id, method, params });
    });
  }

  /** Waits for the next report of this kind. */
  async next(event, timeoutMs) {
    const timeout = AbortSignal.timeout(timeoutMs);
    const ended = this.#ended.then(() => Promise.reject(new Error(`no "${event}": ${this.#endedWith}`)));
    const [report] = await Promise.race([once(this, event, { signal: timeout }), ended]).catch((error) => {
      throw timeout.aborted ? new Error(`no "${event}" within ${timeoutMs} ms`) : error;
    });
    return report;
  }

  /** Ends the process at once. The measurement is complete, and its database is dropped next. */
  async kill() {
    this.#process.signal('SIGKILL');
    await this.#ended;
  }

  #receive({ id, event, result, error }) {
    if (event) return this.emit(event, result);
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    if (error === undefined) return call.resolve(result);
    return call.reject(new Error(`${call.method}: ${error}`));
  }

  #end(reason) {
    this.#endedWith ||= reason;
    for (const { method, reject } of this.#calls.values()) reject(new Error(`${method}: ${reason}`));
    this.#calls.clear();
  }
}
