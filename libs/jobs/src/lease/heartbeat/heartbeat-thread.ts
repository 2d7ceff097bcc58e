import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { inSchema } from '../../store/in-schema.js';
import { WorkerStore } from '../../store/worker.store.js';
import { SingleConnection } from '../../store/worker-connections/single-connection.js';
import type { Executor } from '../../store/statement.js';
import { WorkerClient } from '../../store/worker-connections/worker-client.js';
import { HeartbeatQuestions, type AnswerMessage, type ThreadConnection } from './heartbeat-questions.js';
import { Heartbeat } from './heartbeat.js';
import { SharedLeaseState } from './shared-lease-state.js';
import { TlsCalls, type TlsCallLine } from './tls-calls.js';
import { systemClock } from '../../support/time/clock.js';

export interface HeartbeatSettings {
  /** Whether the main thread runs the statements. */
  relayed: boolean;
  /** How long to wait for an answer of the main thread, in milliseconds. */
  answerMs: number;
  tlsCalls: TlsCallLine;
  named: boolean;
  schema?: string;
  memory: SharedArrayBuffer;
  shards: number;
  renewMs: number;
  eventLoopStallMs: number;
}

const STDERR = 2;

export type HeartbeatCommand = { kind: 'identify'; workerId: string } | { kind: 'stop' } | AnswerMessage;

/** The file that the heartbeat thread runs. `HeartbeatThread` starts it, and no module imports it. */
const settings = workerData as HeartbeatSettings;
const port = parentPort!;
const questions = new HeartbeatQuestions((message) => port.postMessage(message), settings.answerMs);
const tlsCalls = new TlsCalls(settings.tlsCalls, settings.answerMs, systemClock);
const own = new SingleConnection(newClient, settings.named);
const relay: Executor = {
  run: ({ name, text, template }, params) =>
    questions.ask({ kind: 'statement', statement: { name, text, template }, params: [...params] }),
};
const heartbeat = new Heartbeat({
  workers: new WorkerStore(inSchema(settings.relayed ? relay : own, settings.schema)),
  shared: new SharedLeaseState(systemClock, settings.memory),
  clock: systemClock,
  shards: settings.shards,
  renewMs: settings.renewMs,
  eventLoopStallMs: settings.eventLoopStallMs,
  post: (message) => port.postMessage(message),
  endProcess,
});
let lastConnection: ThreadConnection | null = null;

port.on('message', (command: HeartbeatCommand) => {
  if (command.kind === 'identify') heartbeat.identify(command.workerId);
  else if (command.kind === 'answer') questions.hear(command);
  else void stop();
});
port.postMessage({ kind: 'ready' });

/** A blocked main thread does not answer, so the options of the last connection are used again. */
async function newClient(): Promise<WorkerClient> {
  try {
    lastConnection = await questions.ask<ThreadConnection>({ kind: 'connection' });
  } catch (error) {
    if (!lastConnection) throw error;
  }
  const { config, tlsFunctions } = lastConnection;
  if (tlsFunctions.length === 0) return new WorkerClient(config);
  return new WorkerClient({ ...config, ssl: { ...(config.ssl as object), ...tlsCalls.functions(tlsFunctions) } });
}

async function stop(): Promise<void> {
  await heartbeat.stop();
  await own.end();
  port.close();
}

/** Writes to the file descriptor itself: streams and exit handlers need the main thread, which is blocked. */
function endProcess(why: string): void {
  writeSync(STDERR, `${why}\n`);
  process.kill(process.pid, 'SIGKILL');
}
