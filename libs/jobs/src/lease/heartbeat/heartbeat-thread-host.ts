import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { JobsConfigurationError } from '../../job/job.errors.js';
import { retryPauseMs } from '../../support/time/retry-pause.js';
import type { HeartbeatCommand, HeartbeatSettings } from './heartbeat-thread.js';
import type { HeartbeatMessage } from './heartbeat.js';
import { answerTo, type AskMessage, type HeartbeatQuestion } from './heartbeat-questions.js';
import { threadFile } from './thread-file.js';

export interface HeartbeatThreadOptions {
  /** Called at each start of the thread. */
  settings: () => Promise<HeartbeatSettings>;
  onMessage: (message: HeartbeatMessage) => void;
  /** Answers a question of the thread. */
  onQuestion: (question: HeartbeatQuestion) => Promise<unknown>;
  /** The thread ended by itself. It is started again. */
  onBroken: (error: Error) => void;
  /** The file that the thread runs. Default: `heartbeat-thread.js`. */
  file?: URL;
}

const START_MS = 10_000;
const STOP_MS = 2_000;
const RESTART = { minMs: 250, maxMs: 5_000 };

/** The heartbeat thread, as the main thread sees it. If the thread breaks, it is started again. */
export class HeartbeatThread {
  private thread: Worker | null = null;
  private workerId: string | null = null;
  private stopped = false;
  private restarts = 0;

  constructor(private readonly options: HeartbeatThreadOptions) {}

  /** Resolves once the thread runs. Throws `JobsConfigurationError` if it cannot be started. */
  async start(): Promise<void> {
    const workerData = await this.options.settings();
    try {
      this.thread = await this.launch(workerData);
    } catch (cause) {
      throw new JobsConfigurationError({
        code: 'JOBS_NO_HEARTBEAT_THREAD',
        what: `The thread that keeps the lease could not be started: ${cause instanceof Error ? cause.message : String(cause)}`,
        fix:
          'It runs heartbeat-thread.js of @monstera/jobs. Keep that package out of bundles (an external), or bundle ' +
          '@monstera/jobs/heartbeat-thread as an entry named heartbeat-thread beside the program. The process must be ' +
          'allowed to start worker threads. A process that only enqueues needs none: role "producer".',
        cause,
      });
    }
  }

  /** The thread renews this worker's lease from now on. */
  identify(workerId: string): void {
    this.workerId = workerId;
    this.send({ kind: 'identify', workerId });
  }

  /** Resolves once the thread has ended and its connection is closed. */
  async stop(): Promise<void> {
    this.stopped = true;
    const { thread } = this;
    if (!thread) return;
    const ended = new Promise((resolve) => thread.once('exit', resolve));
    this.send({ kind: 'stop' });
    await Promise.race([ended, delay(STOP_MS, null, { ref: false })]);
    await thread.terminate();
  }

  private send(command: HeartbeatCommand): void {
    this.thread?.postMessage(command);
  }

  private launch(workerData: HeartbeatSettings): Promise<Worker> {
    const thread = new Worker(this.options.file ?? threadFile(), {
      workerData,
      transferList: [workerData.tlsCalls.port],
      execArgv: [],
      name: 'jobs heartbeat',
    });
    const started = new Promise<Worker>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`it did not report within ${START_MS / 1_000} s`)), START_MS);
      thread.once('message', () => resolve(thread));
      thread.once('error', reject);
      thread.once('exit', (code) => reject(new Error(`it ended with ${code}`)));
      thread.once('message', () => clearTimeout(timer)).once('exit', () => clearTimeout(timer));
    });
    started.catch(() => thread.terminate());
    thread.on('message', (message: HeartbeatMessage | AskMessage) => this.hear(thread, message));
    thread.on('error', (error) => thread === this.thread && this.options.onBroken(error));
    thread.on('exit', () => thread === this.thread && void this.restart());
    return started;
  }

  private hear(thread: Worker, message: HeartbeatMessage | AskMessage): void {
    if (message.kind !== 'ask') this.options.onMessage(message);
    else void answerTo(message, this.options.onQuestion).then((answer) => thread.postMessage(answer));
  }

  private async restart(): Promise<void> {
    this.thread = null;
    while (!this.stopped && !this.thread) {
      await delay(retryPauseMs(this.restarts++, RESTART), null, { ref: false });
      if (this.stopped) return;
      await this.start().catch((error: Error) => this.options.onBroken(error));
    }
    if (this.workerId) this.identify(this.workerId);
  }
}
