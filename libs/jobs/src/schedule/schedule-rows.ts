import { JobConflictError } from '../job/job.errors.js';
import type { ScheduleStore } from '../store/schedule.store.js';
import { madeSchedule, methodSchedule, type SeenSchedule } from './planned-schedules.js';
import type { Schedule } from './schedule.explorer.js';
import { hasTextOf, scheduleStep } from './schedule-step.js';
import { report } from '../report/report.js';

type Rows = Awaited<ReturnType<ScheduleStore['read']>>;

/** Keeps the rows of `job_schedules` in line with the schedules of this process, and reads when they are due. */
export class ScheduleRows {
  private readonly registered = new Set<string>();
  private readonly standingBy = new Set<string>();
  private readonly taken = new Set<string>();

  constructor(
    private readonly schedules: readonly Schedule[],
    private readonly store: ScheduleStore,
  ) {}

  /** Updates the rows. Returns the schedules that this process may fire, its own and those made at run time. */
  async look(): Promise<SeenSchedule[]> {
    let rows = await this.read();
    if (await this.putInOrder(rows)) rows = await this.read();
    await this.holdMade(rows);
    const made = [...rows.values()].filter((row) => row.is_made);
    return [
      ...this.schedules.filter((schedule) => this.isOwn(schedule, rows)).map(methodSchedule),
      ...made.map(({ name }) => madeSchedule(name)),
    ].map((schedule) => ({ schedule, dueInMs: rows.get(schedule.name)!.due_in_ms }));
  }

  private read(): Promise<Rows> {
    return this.store.read(this.schedules.map(({ name }) => name));
  }

  private isOwn(schedule: Schedule, rows: Rows): boolean {
    const row = rows.get(schedule.name);
    return row !== undefined && hasTextOf(schedule, row);
  }

  /** Returns whether a row was written that changes who may fire a schedule, or when. */
  private async putInOrder(rows: Rows): Promise<boolean> {
    const steps = this.schedules.map((schedule) => {
      const step = scheduleStep(schedule, rows.get(schedule.name), this.registered.has(schedule.name));
      return { schedule, step };
    });
    const withStep = (wanted: string) => steps.filter(({ step }) => step === wanted).map(({ schedule }) => schedule);
    for (const { name } of [...withStep('fire'), ...withStep('hold')]) this.registered.add(name);
    if (withStep('hold').length > 0) await this.store.hold(withStep('hold'));
    for (const schedule of withStep('register')) await this.register(schedule, false);
    for (const schedule of withStep('take-over')) await this.register(schedule, true);
    this.tellStandingBy(withStep('stand-by'));
    this.tellTaken(withStep('taken'));
    return withStep('register').length + withStep('take-over').length > 0;
  }

  /** Any process holds a schedule that was made at run time. */
  private async holdMade(rows: Rows): Promise<void> {
    const unheld = [...rows.values()].filter((row) => row.is_made && !row.is_held);
    if (unheld.length === 0) return;
    await this.store.hold(unheld.map(({ name, cron, time_zone: timeZone }) => ({ name, cron, timeZone })));
  }

  /** A tick that is running locks its row. The next `look()` tries again, so that the boot does not wait for it. */
  private async register(schedule: Schedule, onlyAbandoned: boolean): Promise<void> {
    try {
      await this.store.register(schedule, schedule.next(await this.store.now()), { onlyAbandoned });
      this.registered.add(schedule.name);
    } catch (error) {
      if (!(error instanceof JobConflictError)) throw error;
      report('schedule_not_registered', schedule);
    }
  }

  private tellStandingBy(schedules: readonly Schedule[]): void {
    for (const schedule of schedules) if (!this.standingBy.has(schedule.name)) report('schedule_stands_by', schedule);
    this.standingBy.clear();
    for (const { name } of schedules) this.standingBy.add(name);
  }

  private tellTaken(schedules: readonly Schedule[]): void {
    for (const { name, where } of schedules) if (!this.taken.has(name)) report('schedule_name_taken', { name, where });
    this.taken.clear();
    for (const { name } of schedules) this.taken.add(name);
  }
}
