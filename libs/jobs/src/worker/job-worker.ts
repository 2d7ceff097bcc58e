import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { JobOutcome, WrittenOutcome } from '../job/job-outcome.js';
import type { AbortCause } from '../job/job.errors.js';
import { requireInteger } from '../job/validate/option-checks.js';
import { within } from '../support/within.js';
import type { WorkerIdentity } from '../store/fleet.store.js';
import { CancelRequests } from '../run/cancel-requests.js';
import { ClaimLoop } from '../claim/claim-loop.js';
import { ClaimedQueues } from '../claim/claimed-queues.js';
import { Claimer } from '../claim/claimer.js';
import { ClaimOnInsert } from '../claim/claim-on-insert.js';
import { outcomeEvent } from '../run/job-event-of.js';
import { LAST_ANSWER_MS, SETTLE_MS, UNSTARTED_MS, type JobWorkerParts } from './job-worker-parts.js';
import { LoadControl } from '../slots/load-control.js';
import { noteAfterCommit } from '../run/note-after-commit.js';
import { LostClaims } from '../claim/lost-claims.js';
import { byProcessor, putOffParts, putOffUnknown, type PutOffParts } from '../claim/unknown-types/put-off-unknown.js';
import { Recall } from '../claim/recall.js';
import { runJob, type RunOptions } from '../run/run-job.js';
import { newRunOptions } from './run-options.js';
import type { RunningJob } from '../slots/running-job.js';
import { SettleBatch } from '../settle/settle-batch.js';
import { Workbench } from '../slots/workbench.js';

/** Claims jobs, runs them in its slots and settles them: claim → run → settle. */
export class JobWorker {
  /** How jobs of this process start without a claim. */
  readonly claimOnInsert: ClaimOnInsert;
  readonly cancels: CancelRequests;
  private identity: WorkerIdentity;
  private readonly queues: ClaimedQueues;
  private readonly bench: Workbench;
  private readonly claimer: Claimer;
  private readonly load: LoadControl;
  readonly loop: ClaimLoop;
  private readonly settling: SettleBatch;
  private readonly lostClaims: LostClaims;
  private readonly recall: Recall;
  private readonly putOff: PutOffParts;
  private readonly runOptions: RunOptions;
  private draining = false;
  private outOfTime = false;

  constructor(private readonly parts: JobWorkerParts) {
    const { options, jobs, status, watch, queues } = parts;
    this.identity = { id: randomUUID(), host: hostname(), pid: process.pid, version: options.version, queues };
    this.queues = new ClaimedQueues(queues, status);
    this.bench = new Workbench(options.concurrency);
    const workerId = () => this.identity.id;
    const load = (this.load = new LoadControl(this.bench, (job, delayMs) => this.handBack(job, delayMs), this.goOn));
    this.runOptions = newRunOptions(parts, this.bench, workerId, load, (job, outcome) => this.ended(job, outcome));
    this.settling = new SettleBatch({
      store: jobs,
      workerId,
      onError: (error) => watch.failed(error, 'settle'),
      onRecovered: () => void watch.recovered('settle'),
      mayWrite: () => !this.outOfTime,
    });
    this.putOff = putOffParts(jobs, queues, this.settling, status);
    this.lostClaims = new LostClaims({ ...parts, bench: this.bench, workerId, onFound: () => this.loop.wake() });
    this.cancels = new CancelRequests({
      ...parts,
      bench: this.bench,
      start: (claimed) => this.take(claimed),
      handBack: (job) => this.handBack(job),
      onFreed: this.goOn,
    });
    this.claimer = new Claimer({ ...parts, workerId, queues: this.queues, load, wake: () => this.loop.wake() });
    this.recall = new Recall({ ...parts, bench: this.bench, workerId, queues: this.queues, admit: this.admit });
    this.loop = this.newLoop();
    this.claimOnInsert = this.newDirectStarts();
    status.slots = options.concurrency;
  }

  get id(): string {
    return this.identity.id;
  }

  get concurrency(): number {
    return this.bench.concurrency;
  }

  /** Jobs that run at once, 1 to 1,000. A lower number lets running jobs end. Throws `InvalidJobOptionError`. */
  set concurrency(slots: number) {
    requireInteger('concurrency', slots, 1, 1_000);
    this.bench.concurrency = slots;
    this.parts.status.slots = slots;
    this.loop.wake();
  }

  /** Makes the worker known to the fleet and starts to claim. */
  async start(): Promise<void> {
    await this.parts.fleet.register(this.identity, this.concurrency);
    await this.claimer.prepare();
    this.loop.start();
  }

  /** The jobs whose outcome is not written yet. */
  get held(): RunningJob[] {
    return this.bench.heldJobs();
  }

  /** Jobs of these queues fall due in so many milliseconds; see `Claimer.expect`. */
  expect(queues: readonly string[], inMs: number): void {
    if (inMs <= 0) this.claimer.expect(queues);
  }

  set paused(queues: readonly string[]) {
    if (this.queues.pause(queues)) this.loop.wake();
  }

  /** Hands back what was claimed ahead and has waited too long for a slot. */
  handBackUnstarted(ageMs = UNSTARTED_MS): void {
    if (ageMs > 0) this.startWaiting();
    for (const job of this.bench.takeWaiting(ageMs)) this.handBack(job);
    this.wakeForTurns();
  }

  /** Aborts everything that runs. What can still be written as this worker's goes back with its attempt unused. */
  abortAll(cause: AbortCause): void {
    for (const job of this.bench.runningJobs()) job.abort(cause);
    this.handBackUnstarted(0);
  }

  /** After others declared this worker dead: nothing it ran is its own any more, so it starts anew under another id. */
  async rebirth(): Promise<void> {
    this.parts.status.leaseHeld = false;
    // Nothing may be claimed or inserted under the old id once its jobs are taken back.
    await Promise.all([this.loop.claimDone(), this.claimOnInsert.insertsDone()]);
    this.abortAll('lease-lost');
    // Registered first: were this to fail, what is claimed under an id that the fleet does not know would be nobody's.
    const identity = { ...this.identity, id: randomUUID() };
    await this.parts.fleet.register(identity, this.concurrency);
    this.identity = identity;
    this.loop.wake();
  }

  /** Stops claiming, lets running jobs end for a while, aborts the rest, and writes every outcome. */
  async drain(): Promise<void> {
    const { shutdownTimeoutMs, abortGraceMs } = this.parts.options;
    this.draining = true;
    this.handBackUnstarted(0);
    // A claim that waits for a silent database must not hold up the rest.
    const ended = this.loop.stop().then(() => this.bench.whenEmpty());
    this.claimer.stop();
    await within(shutdownTimeoutMs, ended);
    this.abortAll('shutdown');
    const outOfTime = setTimeout(() => (this.outOfTime = true), abortGraceMs + SETTLE_MS);
    await within(abortGraceMs + SETTLE_MS + LAST_ANSWER_MS, ended);
    clearTimeout(outOfTime);
    this.runOptions.deadlines.stop();
  }

  private newLoop(): ClaimLoop {
    const { options, watch, mayClaim } = this.parts;
    return new ClaimLoop({
      ...this.parts,
      claimer: this.claimer,
      pollIntervalMs: options.pollIntervalMs,
      wanted: () => (mayClaim() ? this.load.wanted() : 0),
      beforeClaim: () => (this.cancels.claimBegins(), this.prepareClaim()),
      take: this.admit,
      onError: (error) => this.claimFailed(error),
      onRecovered: () => void watch.recovered('claim'),
    });
  }

  private newDirectStarts(): ClaimOnInsert {
    const { parts, bench, loop, lostClaims } = this;
    return new ClaimOnInsert({
      ...parts,
      bench,
      loop,
      lostClaims,
      workerId: () => this.identity.id,
      takes: (queue) => !this.draining && !this.load.isFull && this.queues.has(queue),
      startWaiting: () => this.startWaiting(),
      handBack: () => this.handBackUnstarted(0),
    });
  }

  private async take(claimed: RunningJob[]): Promise<void> {
    const { known, unknown } = byProcessor(claimed, this.parts.registry);
    for (const { job, delayMs } of this.bench.add(known)) this.handBack(job, delayMs);
    if (this.parts.mayClaim()) this.startWaiting();
    else this.handBackUnstarted(0);
    if (unknown.length > 0) await putOffUnknown(unknown, this.putOff);
  }

  private prepareClaim(): Promise<void> {
    const searching = this.lostClaims.runIfDue();
    return this.recall.isDue ? searching.then(() => this.recall.run()) : searching;
  }

  private wakeForTurns(): void {
    if (this.recall.isDue) this.loop.wake();
  }

  private startWaiting(): void {
    // What a claim brings that was under way when the drain began has not been started, and never is.
    if (this.draining) return this.handBackUnstarted(0);
    const { registry, status } = this.parts;
    for (let job; (job = this.load.startNext());) runJob(job, registry.processor(job.row.type)!, this.runOptions);
    status.activeSlots = this.bench.active;
  }

  private readonly admit = (claimed: RunningJob[]): Promise<void> => this.cancels.admit(this.load.admit(claimed));

  private readonly goOn = (): void => (this.startWaiting(), this.loop.slotFreed());

  private ended(job: RunningJob, outcome: WrittenOutcome): void {
    this.bench.finish(job);
    this.load.ended(job, outcome);
    this.goOn();
    if (job.row.crashes !== null) this.wakeForTurns();
    const writing = job.progress?.end(outcome.kind === 'completed') ?? null;
    if (writing) void writing.then(() => this.settle(job, outcome));
    else this.settle(job, outcome);
  }

  private handBack(job: RunningJob, delayMs = 0): void {
    this.settle(job, { kind: 'handed_back', delayMs });
  }

  private settle(job: RunningJob, outcome: WrittenOutcome): void {
    if (!job.completed) this.settling.settle(job, outcome, this.settled);
    else void noteAfterCommit(job, outcome, this.parts).then(() => this.settled(job, outcome));
  }

  private readonly settled = (job: RunningJob, outcome: JobOutcome): void => {
    this.bench.release(job);
    if (job.row.crashes !== null) this.wakeForTurns();
    this.load.settled(job);
    if (outcome.kind === 'lost') {
      if (outcome.error === undefined) this.parts.status.lostLeases++;
      else this.lostClaims.leave(job);
      job.abort('lease-lost');
    }
    if ('delayMs' in outcome && outcome.delayMs < this.parts.options.pollIntervalMs)
      this.parts.turns.addedHere(outcome.delayMs);
    this.parts.bus.emit(outcomeEvent(job, outcome));
  };

  private claimFailed(error: unknown): void {
    this.parts.status.claimErrors++;
    this.lostClaims.dueNow();
    this.parts.watch.failed(error, 'claim');
  }
}
