import { randomUUID } from 'node:crypto';
import type { JobOutcome, WrittenOutcome } from '../job/outcome/job-outcome.js';
import type { AbortCause } from '../job/job.errors.js';
import { requireInteger } from '../job/validate/option-checks.js';
import { within } from '../support/time/within.js';
import { CancelRequests } from '../run/cancel-requests.js';
import { ClaimLoop } from '../claim/claim-loop.js';
import type { Steering } from '../claim/claimed-queues.js';
import { ClaimedWork } from '../claim/claimed-work.js';
import { Claimer } from '../claim/claimer.js';
import { ClaimOnInsert } from '../claim/claim-on-insert.js';
import { outcomeEvent } from '../run/job-event-of.js';
import { identityOf, LAST_ANSWER_MS, SETTLE_MS, UNSTARTED_MS, type JobWorkerParts } from './job-worker-parts.js';
import { LoadControl } from '../slots/load-control.js';
import { noteAfterCommit } from '../run/note-after-commit.js';
import { LostClaims } from '../claim/lost-claims.js';
import { Intake } from '../claim/intake.js';
import { Recall } from '../claim/recall.js';
import { runJob, type RunOptions } from '../run/run-job.js';
import { newRunOptions } from './run-options.js';
import type { RunningJob } from '../slots/running-job.js';
import { SettleBatch } from '../settle/settle-batch.js';
import { Workbench } from '../slots/workbench.js';

/** Claims jobs, runs them in its slots and settles them: claim → run → settle. */
export class JobWorker {
  /** Names it in the rows of its jobs. Once others have declared it dead, it ends (`CurrentWorker`). */
  readonly id = randomUUID();
  /** Starts jobs of this process without a claim. */
  readonly claimOnInsert: ClaimOnInsert;
  readonly cancels: CancelRequests;
  private readonly work: ClaimedWork;
  private readonly bench: Workbench;
  private readonly claimer: Claimer;
  private readonly load: LoadControl;
  readonly loop: ClaimLoop;
  private readonly settling: SettleBatch;
  private readonly lostClaims: LostClaims;
  private readonly recall: Recall;
  private readonly intake: Intake;
  private readonly runOptions: RunOptions;
  private ending: Promise<void> | null = null;
  private draining = false;
  private isDead = false;
  private outOfTime = false;

  constructor(private readonly parts: JobWorkerParts) {
    const { options, outcomes, status, watch, clock } = parts;
    const workerId = this.id;
    const work = (this.work = new ClaimedWork(parts.queues, status, parts.registry));
    const bench = (this.bench = new Workbench(options.concurrency, clock));
    const load = (this.load = new LoadControl(clock, bench, this.handBack, this.goOn));
    this.runOptions = newRunOptions(parts, bench, workerId, load, (job, outcome) => this.ended(job, outcome));
    this.settling = new SettleBatch({
      ...parts,
      store: outcomes,
      workerId,
      onError: (error) => watch.failed(error, 'settle'),
      onRecovered: () => void watch.recovered('settle'),
      mayWrite: () => !this.outOfTime,
    });
    this.intake = new Intake({ ...parts, bench, work, settling: this.settling, handBack: this.handBack });
    this.lostClaims = new LostClaims({ ...parts, bench, workerId, onFound: () => this.loop.wake() });
    const start = (claimed: RunningJob[]) => this.take(claimed);
    this.cancels = new CancelRequests({ ...parts, bench, start, handBack: this.handBack, onFreed: this.goOn });
    const { queues, types } = work;
    this.claimer = new Claimer({ ...parts, workerId, queues, types, load, wake: () => this.loop.wake() });
    this.recall = new Recall({ given: this.claimer.given, bench, mayStart: work.mayStart, admit: this.admit });
    this.loop = this.newLoop();
    this.claimOnInsert = this.newClaimOnInsert();
    status.slots = options.concurrency;
  }

  get concurrency(): number {
    return this.bench.concurrency;
  }

  /** How many jobs run at once, 1 to 1,000. A lower number lets running jobs end. Throws `InvalidJobOptionError`. */
  set concurrency(slots: number) {
    requireInteger('concurrency', slots, 1, 1_000);
    this.bench.concurrency = slots;
    this.parts.status.slots = slots;
    this.loop.wake();
  }

  /** Registers the worker with the fleet and starts to claim. */
  async start(): Promise<void> {
    await this.claimer.prepare();
    // Comes last, because the lease runs from here.
    const { isDrained } = this.work.queues;
    await this.parts.workers.register(identityOf(this.id, this.parts), { slots: this.concurrency, isDrained });
    this.loop.start();
  }

  /** The jobs whose outcome is not written yet. */
  get held(): RunningJob[] {
    return this.bench.heldJobs();
  }

  /** Jobs of these queues fall due in `inMs` milliseconds. See `Claimer.expect`. */
  expect(queues: readonly string[], inMs: number): void {
    if (inMs <= 0) this.claimer.expect(queues);
  }

  /** Starts no more jobs of paused queues and types, or none while it is drained, and hands back those that wait. */
  steer(steering: Steering): void {
    this.claimer.steered(this.work.steer(steering));
    for (const job of this.bench.takePaused(this.work.isPaused)) this.handBack(job, -job.overdueMs);
  }

  /** Hands back jobs that were claimed ahead at least `ageMs` ago and have not started. */
  handBackUnstarted(ageMs = UNSTARTED_MS): void {
    if (ageMs > 0) this.startWaiting();
    for (const job of this.bench.takeWaiting(ageMs)) this.handBack(job);
    this.wakeForTurns();
  }

  /** Aborts all running jobs and hands back the others, with their attempt unused. */
  abortAll(cause: AbortCause): void {
    for (const job of this.bench.runningJobs()) job.abort(cause);
    this.handBackUnstarted(0);
  }

  /** Stops claiming, lets running jobs end for a while, aborts the rest, and writes every outcome. */
  drain(): Promise<void> {
    return (this.ending ??= this.end(this.parts.options.shutdownTimeoutMs, 'shutdown'));
  }

  /** Ends at once, because other workers have declared this one dead. Its runs belong to the rescue. */
  retire(): Promise<void> {
    this.isDead = this.draining = true;
    this.parts.status.leaseHeld = false;
    this.abortAll('lease-lost');
    return (this.ending ??= this.end(0, 'lease-lost'));
  }

  private async end(patienceMs: number, cause: AbortCause): Promise<void> {
    const { abortGraceMs } = this.parts.options;
    this.draining = true;
    this.handBackUnstarted(0);
    // The other steps do not wait for a claim that the database does not answer.
    const ended = this.loop.stop().then(() => this.bench.whenEmpty());
    this.claimer.stop();
    await within(patienceMs, ended);
    this.abortAll(cause);
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

  private newClaimOnInsert(): ClaimOnInsert {
    const { parts, bench, loop, lostClaims } = this;
    return new ClaimOnInsert({
      ...parts,
      bench,
      loop,
      lostClaims,
      workerId: this.id,
      takes: (job) => !this.draining && !this.load.isFull && this.work.mayStart(job),
      add: this.intake.add,
      startWaiting: () => this.startWaiting(),
      handBack: () => this.handBackUnstarted(0),
    });
  }

  private take(claimed: RunningJob[]): Promise<void> {
    return this.intake.take(claimed, () => (this.parts.mayClaim() ? this.startWaiting() : this.handBackUnstarted(0)));
  }

  private prepareClaim(): Promise<void> {
    const searching = this.lostClaims.runIfDue();
    return this.recall.isDue ? searching.then(() => this.recall.run()) : searching;
  }

  private startWaiting(): void {
    // A claim that returns during the drain brings jobs that must not start.
    if (this.draining) return this.handBackUnstarted(0);
    const { registry, status } = this.parts;
    for (let job; (job = this.load.startNext());) runJob(job, registry.processor(job.row.type)!, this.runOptions);
    status.activeSlots = this.bench.active;
  }

  private readonly admit = (claimed: RunningJob[]): Promise<void> => this.cancels.admit(this.load.admit(claimed));

  private readonly goOn = (): void => (this.startWaiting(), this.loop.slotFreed());

  private readonly wakeForTurns = (): unknown => this.recall.isDue && this.loop.wake();

  private ended(job: RunningJob, outcome: WrittenOutcome): void {
    this.bench.finish(job);
    this.load.ended(job, outcome);
    this.goOn();
    if (job.row.crashes !== null) this.wakeForTurns();
    const writing = job.endReports(outcome.kind === 'completed');
    if (writing) void writing.then(() => this.settle(job, outcome));
    else this.settle(job, outcome);
  }

  private readonly handBack = (job: RunningJob, delayMs = 0): void =>
    this.settle(job, { kind: 'handed_back', delayMs });

  private settle(job: RunningJob, outcome: WrittenOutcome): void {
    if (job.completed) return void noteAfterCommit(job, outcome, this.parts).then(() => this.settled(job, outcome));
    // The rescue ends the runs of a dead worker. Jobs that it has not started can still be handed back.
    if (this.isDead && job.stage === 'ended') return this.settled(job, { kind: 'lost' });
    this.settling.settle(job, outcome, this.settled);
  }

  private readonly settled = (job: RunningJob, outcome: JobOutcome): void => {
    this.bench.release(job);
    if (job.row.crashes !== null) this.wakeForTurns();
    this.load.settled(job);
    if (outcome.kind === 'lost') {
      if (outcome.error === undefined) this.parts.status.lostLeases++;
      else this.lostClaims.ignore(job);
      job.abort('lease-lost');
    }
    if ('delayMs' in outcome && outcome.delayMs < this.parts.options.pollIntervalMs)
      this.parts.turns.addedHere(outcome.delayMs);
    this.parts.bus.emit(outcomeEvent(job, outcome));
  };

  private claimFailed(error: unknown): void {
    this.parts.status.claimErrors++;
    this.lostClaims.searchSoon();
    this.parts.watch.failed(error, 'claim');
  }
}
