import { retryPauseMs } from '../support/time/retry-pause.js';

/** What a claim loop knows. `AT_START` is the first state, and each function below returns the one that follows. */
export interface LookState {
  /** Due jobs may be left. The next look claims without asking, and a slot that becomes free starts it at once. */
  readonly moreMayBeDue: boolean;
  /** A wake-up has come since the last look began. The claim of that look may have been too early for its jobs. */
  readonly isWoken: boolean;
  /** The next look asks what is due before it claims. */
  readonly asksFirst: boolean;
  /** The last question found no job due before the next poll. Then a look asks first, which is cheaper. */
  readonly nothingIsPlanned: boolean;
  /** The last look left no due job behind, and nothing has given a reason to look again. */
  readonly foundAll: boolean;
  /** Looks in a row that found a due job and could not claim it. */
  readonly claimsInVain: number;
  /** Looks in a row that failed. */
  readonly failures: number;
  /** How many jobs the current look may claim. */
  readonly wanted: number;
  /** The current look was made only because the time had come. */
  readonly isPoll: boolean;
}

/** Ask when the next job falls due, to claim only if one is due now. */
export interface Ask {
  readonly kind: 'ask';
}

export interface Claim {
  readonly kind: 'claim';
  readonly limit: number;
}

/** Ask when the next job falls due, to know how long to sleep. */
export interface Plan {
  readonly kind: 'plan';
}

/** The look is over. The next one begins after this time, or at a wake-up. */
export interface Sleep {
  readonly kind: 'sleep';
  readonly ms: number;
}

export type Step = Ask | Claim | Plan | Sleep;

export interface Next<S extends Step = Step> {
  readonly state: LookState;
  readonly step: S;
}

export interface Pacing {
  pollIntervalMs: number;
  /** From 0 to below 1, for pauses that differ between workers. Default: `Math.random`. */
  random?: () => number;
}

export interface ClaimResult {
  jobs: number;
  /** The claim found too few jobs but did not look at all of them. */
  scanWasPartial: boolean;
  /** The claim left out lanes that may have due jobs. */
  leftLanesOut: boolean;
}

export const AT_START: LookState = {
  moreMayBeDue: true,
  isWoken: false,
  asksFirst: false,
  nothingIsPlanned: false,
  foundAll: false,
  claimsInVain: 0,
  failures: 0,
  wanted: 0,
  isPoll: false,
};

const FAILURE_PAUSE = { minMs: 100, maxMs: 5_000 };
/**
 * Where jobs have just come, more follow. A claim after this pause is cheaper than asking each time what falls due
 * next. A job that falls due meanwhile is late by the pause at most.
 */
const BUSY_PAUSE_MS = 50;
/** A due job that no claim gets is locked by another transaction. Without a growing pause the loop would spin. */
const LOCKED_PAUSE_MAX_MS = 1_000;

/** Jobs may have become due. */
export function woken(state: LookState): LookState {
  return { ...state, moreMayBeDue: true, isWoken: true, foundAll: false };
}

/** Jobs may be due, but other workers have probably taken them. */
export function toldToCheck(state: LookState): LookState {
  return { ...state, asksFirst: true };
}

/** A look begins, for up to `wanted` jobs. */
export function lookBegins(before: LookState, wanted: number, { pollIntervalMs }: Pacing): Next<Ask | Claim | Sleep> {
  const mayAsk = (before.nothingIsPlanned || before.asksFirst) && !before.moreMayBeDue && !before.isWoken;
  const isPoll = mayAsk && !before.asksFirst;
  const state = { ...before, wanted, isPoll, asksFirst: false, isWoken: false, foundAll: false };
  // Jobs may fall due meanwhile. The next free slot has to look for them, or else jobs claimed on insert could keep all
  // slots.
  if (wanted <= 0) return { state: { ...state, moreMayBeDue: true }, step: { kind: 'sleep', ms: pollIntervalMs } };
  return { state, step: mayAsk ? { kind: 'ask' } : { kind: 'claim', limit: wanted } };
}

/** The answer to `ask`: the next job is due in `dueMs`. Infinity if none is due before the next poll. */
export function asked(before: LookState, dueMs: number, pacing: Pacing): Next<Claim | Sleep> {
  const state = { ...before, nothingIsPlanned: dueMs >= pacing.pollIntervalMs };
  return { state, step: dueMs <= 0 ? { kind: 'claim', limit: state.wanted } : sleep(state, dueMs, pacing) };
}

/** A claim has come back. Its jobs are not taken yet. */
export function claimed(before: LookState, result: ClaimResult, pacing: Pacing): Next<Plan | Sleep> {
  const { jobs, scanWasPartial, leftLanesOut } = result;
  const looksAgain = jobs >= before.wanted || scanWasPartial;
  const state = {
    ...before,
    moreMayBeDue: looksAgain || leftLanesOut,
    nothingIsPlanned: false,
    claimsInVain: jobs > 0 ? 0 : before.claimsInVain,
    // The jobs after these will probably be announced, so the next look only asks.
    asksFirst: before.asksFirst || (jobs > 0 && !looksAgain),
  };
  if (looksAgain) return { state, step: { kind: 'sleep', ms: 0 } };
  return { state, step: jobs > 0 || leftLanesOut ? sleep(state, BUSY_PAUSE_MS, pacing) : { kind: 'plan' } };
}

/** The answer to `plan`, after a claim that got nothing. `dueMs` is as in `asked`. */
export function planned(before: LookState, dueMs: number, pacing: Pacing): Next<Sleep> {
  const isDue = dueMs <= 0;
  const state = {
    ...before,
    nothingIsPlanned: dueMs >= pacing.pollIntervalMs,
    moreMayBeDue: isDue,
    claimsInVain: isDue ? before.claimsInVain + 1 : 0,
  };
  return { state, step: sleep(state, isDue ? lockedPauseMs(state) : dueMs, pacing) };
}

/** A step failed. The look is over. */
export function lookFailed(before: LookState, { random }: Pacing): Next<Sleep> {
  const state = { ...before, failures: before.failures + 1 };
  return { state, step: { kind: 'sleep', ms: retryPauseMs(before.failures, FAILURE_PAUSE, random) } };
}

/** The look is over, its jobs are taken, and nothing failed. */
export function lookEnded(state: LookState): LookState {
  return { ...state, failures: 0, foundAll: !state.moreMayBeDue && !state.isWoken };
}

/** What made this worker look may have made others look, too. Their next polls should not coincide. */
function sleep({ isPoll }: LookState, pauseMs: number, { pollIntervalMs, random = Math.random }: Pacing): Sleep {
  const isShort = pauseMs < pollIntervalMs;
  const ms = isShort ? pauseMs : isPoll ? pollIntervalMs : pollIntervalMs * (0.5 + random() / 2);
  return { kind: 'sleep', ms };
}

/** No pause at first, because the job may only just have fallen due. */
function lockedPauseMs({ claimsInVain }: LookState): number {
  return claimsInVain <= 1 ? 0 : Math.min(5 * 2 ** claimsInVain, LOCKED_PAUSE_MAX_MS);
}
