import type { Scenario } from '../scenario.js';
import { allFailing } from './all-failing.js';
import { blackHole } from './black-hole.js';
import { blockedLoop } from './blocked-loop.js';
import { churn } from './churn.js';
import { clockSkew } from './clock-skew.js';
import { connections } from './connections.js';
import { crashPrice } from './crash-price.js';
import { deaf } from './deaf.js';
import { exactlyOnce } from './exactly-once.js';
import { failoverAsync, failoverSync } from './failover.js';
import { fullDisk } from './full-disk.js';
import { grants } from './grants.js';
import { herd } from './herd.js';
import { kill } from './kill.js';
import { lockedRow } from './locked-row.js';
import { lostReply } from './lost-reply.js';
import { mixed, soak } from './mixed.js';
import { outage } from './outage.js';
import { pause } from './pause.js';
import { pauseReach } from './pause-reach.js';
import { poison } from './poison.js';
import { restart } from './restart.js';
import { sigterm } from './sigterm.js';
import { snapshot } from './snapshot.js';
import { unique } from './unique.js';
import { unstorable } from './unstorable.js';
import { versionSkew } from './version-skew.js';

/** In the order in which `--all` runs them. */
export const SCENARIOS: readonly Scenario[] = [
  kill,
  pause,
  restart,
  exactlyOnce,
  outage,
  lostReply,
  blackHole,
  poison,
  crashPrice,
  blockedLoop,
  deaf,
  pauseReach,
  sigterm,
  unique,
  lockedRow,
  unstorable,
  connections,
  grants,
  herd,
  allFailing,
  churn,
  mixed,
  failoverSync,
  failoverAsync,
  snapshot,
  fullDisk,
  clockSkew,
  versionSkew,
  soak,
];
