import type { ClaimLoop } from '../../../../libs/jobs/src/claim/claim-loop.js';
import type { LostClaims } from '../../../../libs/jobs/src/claim/lost-claims.js';
import type { PauseWatch } from '../../../../libs/jobs/src/claim/pause-watch.js';
import type { limitOf } from '../../../../libs/jobs/src/slots/caution.js';
import type { Quarantine } from '../../../../libs/jobs/src/slots/quarantine.js';
import type { Workbench } from '../../../../libs/jobs/src/slots/workbench.js';
import type { wakeUpListener } from '../../../../libs/jobs/src/wake/wake-up-listener.js';
import type { WakeUp } from '../../../../libs/jobs/src/wake/wake-up.js';
import { editTexts, replace } from '../break.js';

const CLAIMS = ['claim_jobs', 'claim_jobs_ahead'];

export const claimsStopAfterAnError = replace<ClaimLoop['start']>(
  'claim/claim-loop.ts',
  'ClaimLoop.start',
  (start) =>
    function (this: ClaimLoop) {
      const options = this['options'];
      const { onError } = options;
      options.onError = (error) => {
        onError(error);
        void this.stop();
      };
      start.call(this);
    },
);

export const pollsNeverCome = replace<ClaimLoop['start']>(
  'claim/claim-loop.ts',
  'ClaimLoop.start',
  (start) =>
    function (this: ClaimLoop) {
      this['options'].pollIntervalMs = 600_000;
      start.call(this);
    },
);

export const lostClaimsAreKept = replace<LostClaims['runIfDue']>(
  'claim/lost-claims.ts',
  'LostClaims.runIfDue',
  () => () => Promise.resolve(),
);

/** Only by renewals of the lease. */
export const settingsAreReadRarely = replace<PauseWatch['look']>(
  'claim/pause-watch.ts',
  'PauseWatch.look',
  () => () => Promise.resolve(),
);

export const claimsTakeLockedRows = editTexts(CLAIMS, (text) => text.replace('for update skip locked', ''));

export const claimsTakeTwoSeconds = editTexts(CLAIMS, (text) =>
  text.replace('from unnest', 'from pg_sleep(2) as slow, unnest'),
);

export const claimsWaitForOpenTransactions = editTexts(CLAIMS, (text) =>
  text.replace(
    'from unnest',
    `from (select pg_sleep(count(*)) from pg_stat_activity where state = 'idle in transaction') as slow, unnest`,
  ),
);

export const suspectsStartTogether = replace<Quarantine['fits']>(
  'slots/quarantine.ts',
  'Quarantine.fits',
  () => () => true,
);

export const suspectsStartOneByOne = replace<typeof limitOf>(
  'slots/caution.ts',
  'limitOf',
  (original) => (caution, slots) => (caution === 'group' ? 1 : original(caution, slots)),
);

export const othersWaitForSuspects = replace<Workbench['wanted']>(
  'slots/workbench.ts',
  'Workbench.wanted',
  (wanted) =>
    function (this: Workbench) {
      if (this['quarantine'].isEmpty) return wanted.call(this);
      return this.active === 0 ? 1 : 0;
    },
);

export const wakeUpsAreNotHeard = replace<WakeUp['hear']>('wake/wake-up.ts', 'WakeUp.hear', () => () => undefined);

export const listeningAgainWakesNobody = replace<typeof wakeUpListener>(
  'wake/wake-up-listener.ts',
  'wakeUpListener',
  (original) => (parts) => original({ ...parts, onChanged: () => undefined }),
);
