import { dead } from './dead.mjs';
import { drain } from './drain.mjs';
import { enqueue } from './enqueue.mjs';
import { failures } from './failures.mjs';
import { fleet } from './fleet.mjs';
import { herd } from './herd.mjs';
import { idle } from './idle.mjs';
import { large } from './large.mjs';
import { latency } from './latency.mjs';
import { looks } from './looks.mjs';
import { memory } from './memory.mjs';
import { queues } from './queues.mjs';
import { size } from './size.mjs';
import { snapshot } from './snapshot.mjs';
import { statistics } from './statistics.mjs';
import { steady } from './steady.mjs';
import { wait } from './wait.mjs';
import { work } from './work.mjs';

// A scenario is an object with:
// - `name`, `title`
// - `variants(options)`: the variants that are measured side by side, as `{ id, … }`.
// - `contenders`: the groups and ids that take part, unless `--contenders` names others.
// - `accepts(contender, variant, { named })`: whether the contender takes part. `named`: by `--contenders`.
// - `measure(lab, contender, variant, options)`: returns metrics, see ../report/figures.mjs.
// - `columns`: the metrics of its table. The first one is compared between rows.
// - `comparisons`: the goals, each a metric of one row or its ratio `over` another row.
// - `isList`: whether its table has a line for each variant, where others have one for each contender. It is not drawn.
// - `plotted`, `plotOf`, `sameScale`, `curve`: for its plots.

/** In the order of measurement and of the tables. */
export const SCENARIOS = [
  drain,
  enqueue,
  latency,
  wait,
  steady,
  size,
  snapshot,
  dead,
  queues,
  fleet,
  herd,
  idle,
  work,
  failures,
  statistics,
  memory,
  large,
  looks,
];
