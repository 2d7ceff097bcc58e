import { drain } from './drain.mjs';
import { enqueue } from './enqueue.mjs';
import { failures } from './failures.mjs';
import { fleet } from './fleet.mjs';
import { idle } from './idle.mjs';
import { latency } from './latency.mjs';
import { memory } from './memory.mjs';
import { size } from './size.mjs';
import { snapshot } from './snapshot.mjs';
import { steady } from './steady.mjs';
import { work } from './work.mjs';

/** In the order in which they are measured and shown. */
export const SCENARIOS = [drain, enqueue, latency, steady, size, snapshot, fleet, idle, work, failures, memory];
