import type { Break } from './break.js';
import * as claim from './replacements/claim.js';
import * as outcome from './replacements/outcome.js';
import * as upkeep from './replacements/upkeep.js';

/** For each scenario, how its checks were seen to fail. */
export const BREAKS: readonly Break[] = [
  { scenario: 'kill', replacements: [upkeep.nobodyIsRescued], says: /every job ends/ },
  { scenario: 'pause', replacements: [outcome.outcomesHaveNoFence], says: /doublyCompleted/ },
  { scenario: 'restart', replacements: [claim.claimsStopAfterAnError], says: /claims resume/ },
  {
    scenario: 'exactly-once',
    replacements: [outcome.writesCommitBeforeTheJob],
    says: /sum is exact|no credit twice/,
    faults: 5,
  },
  { scenario: 'outage', replacements: [upkeep.jobsOutliveTheLease], says: /fenced themselves/ },
  { scenario: 'lost-reply', replacements: [claim.lostClaimsAreKept], says: /its jobs end/ },
  { scenario: 'black-hole', replacements: [upkeep.silentConnectionsAreKept], says: /jobs run on/ },
  { scenario: 'poison', replacements: [claim.suspectsStartTogether], says: /alone among suspects|failed: 0/ },
  {
    scenario: 'crash-price',
    replacements: [claim.suspectsStartOneByOne, claim.othersWaitForSuspects],
    says: /ran again within|of the capacity/,
  },
  {
    scenario: 'blocked-loop',
    replacements: [upkeep.blockedLoopsLoseTheirLease],
    says: /no worker declared dead|no blocking job started twice/,
  },
  {
    scenario: 'deaf',
    replacements: [claim.pollsNeverCome, claim.wakeUpsAreNotHeard, claim.listeningAgainWakesNobody],
    says: /started within 5.5 s|every job ends/,
  },
  { scenario: 'pause-reach', replacements: [claim.settingsAreReadRarely], says: /later than 1 s after the pause/ },
  { scenario: 'sigterm', replacements: [outcome.shutdownUsesAnAttempt], says: /no attempt burnt/, faults: 6 },
  { scenario: 'unique', replacements: [upkeep.uniqueKeysAreNot], says: /one job a key|one job a race/ },
  {
    scenario: 'locked-row',
    replacements: [outcome.lockedRowsHoldUpOthers],
    says: /others of the batch are settled|other jobs run on/,
  },
  {
    scenario: 'unstorable',
    replacements: [outcome.unstorableResultsAreSent, outcome.outcomesShareAStatement, outcome.refusedBatchesAreGivenUp],
    says: /every other job of the batch completed/,
  },
  {
    scenario: 'connections',
    replacements: [upkeep.brokenConnectionsEndTheProcess],
    says: /ended by itself|uncaught|exited/,
  },
  { scenario: 'grants', replacements: [claim.claimsStopAfterAnError], says: /jobs run on/ },
  { scenario: 'herd', replacements: [claim.claimsTakeLockedRows], says: /each ran once/ },
  { scenario: 'all-failing', replacements: [outcome.oneAttemptTooMany], says: /each tried/ },
  { scenario: 'churn', replacements: [upkeep.nothingIsPruned], says: /pruning keeps up/ },
  { scenario: 'mixed', replacements: [outcome.eventsLeakMemory], says: /memory stays/ },
  { scenario: 'failover-sync', replacements: [upkeep.insertsAreNotAwaited], says: /lost: 0/ },
  { scenario: 'failover-async', replacements: [claim.claimsStopAfterAnError], says: /claims resume/ },
  {
    scenario: 'snapshot',
    replacements: [claim.claimsWaitForOpenTransactions],
    says: /p99 at most 3 times/,
    faults: 1,
  },
  { scenario: 'full-disk', replacements: [claim.claimsStopAfterAnError], says: /jobs run on/ },
  { scenario: 'clock-skew', replacements: [upkeep.deathGoesByTheClock], says: /no worker declared dead/ },
  { scenario: 'version-skew', replacements: [claim.claimsTakeTwoSeconds], says: /waits for a lock/, faults: 8 },
];
