import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type pg from 'pg';
import { FleetStore } from '../store/fleet.store.js';
import { SingleConnection } from '../store/single-connection.js';
import { WorkerClient } from '../store/worker-client.js';
import { Heartbeat } from './heartbeat.js';
import { Pulse } from './pulse.js';

export interface HeartbeatSettings {
  connection: pg.ClientConfig;
  named: boolean;
  memory: SharedArrayBuffer;
  shards: number;
  renewMs: number;
  eventLoopStallMs: number;
}

const STDERR = 2;

export type HeartbeatCommand = { kind: 'identify'; workerId: string } | { kind: 'stop' };

/** The file that the heartbeat thread runs: it is started by `HeartbeatThread` and imported by nobody. */
const settings = workerData as HeartbeatSettings;
const port = parentPort!;
const database = new SingleConnection(() => new WorkerClient(settings.connection), settings.named);
const heartbeat = new Heartbeat({
  fleet: new FleetStore(database),
  pulse: new Pulse(settings.memory),
  shards: settings.shards,
  renewMs: settings.renewMs,
  eventLoopStallMs: settings.eventLoopStallMs,
  tell: (message) => port.postMessage(message),
  endProcess,
});

port.on('message', (command: HeartbeatCommand) => {
  if (command.kind === 'identify') heartbeat.identify(command.workerId);
  else void stop();
});
port.postMessage({ kind: 'ready' });

async function stop(): Promise<void> {
  await heartbeat.stop();
  await database.end();
  port.close();
}

/** Straight to the file descriptor: streams and exit handlers need the main thread, which is blocked. */
function endProcess(why: string): void {
  writeSync(STDERR, `${why}\n`);
  process.kill(process.pid, 'SIGKILL');
}
