import { catchUpOf, storedCatchUp } from '../../job/catch-up.js';
import { InvalidJobOptionError } from '../../job/job.errors.js';
import { encodePayload } from '../../job/validate/payload.js';
import type { JobsOptions } from '../../jobs.options.js';
import { ticksOf } from '../../schedule/cron/cron-times.js';
import { firstRun } from '../../schedule/next-run.js';
import type { ScheduledJobs } from '../../schedule/scheduled-jobs.js';
import type { ScheduleSettingsStore } from '../../store/control/schedule-settings.store.js';
import type { MadeSchedule } from '../../store/sql/schedule/make-schedules.sql.js';
import type { LockedScheduleRow } from '../../store/sql/schedule/steer-schedules.sql.js';
import { cut, type OperatorOptions } from '../operations.js';
import { boundsOf, nextRunOf } from './next-run-of.js';
import { ticksOrNull } from './next-times.js';
import { isDeclared, nameTaken, noTimes, tooMany } from './schedule-errors.js';
import {
  optionOfMade,
  requireChanges,
  requireNewSchedule,
  resolveSettings,
  typeOf,
  type NewSchedule,
  type ResolvedSettings,
  type ScheduleSettings,
} from './schedule-options.js';
import type { Clock } from '../../support/time/clock.js';

/** What a schedule enqueues, checked. */
interface CheckedJob {
  type: string;
  /** JSON. Null: as it is in the row. */
  payload: string | null;
}

interface Draft {
  name: string;
  by: string | null;
  /** For the audit. A payload is not in it. */
  details: Record<string, unknown>;
}

/** A schedule that is to be made, checked. */
export interface ScheduleDraft extends Draft {
  settings: ResolvedSettings;
  job: CheckedJob;
}

/** A change, checked as far as it can be without the row. */
export interface ChangeDraft extends Draft {
  changes: Partial<ScheduleSettings>;
  /** Null: as it is in the row. */
  job: CheckedJob | null;
}

/** Bounds each read of all schedules. */
const MOST_MADE = 1_000;

/** Makes and changes schedules at run time. */
export class ScheduleMaking {
  constructor(
    private readonly jobs: Pick<ScheduledJobs, 'definition'>,
    private readonly options: Pick<JobsOptions, 'schedule' | 'maxPayloadBytes'>,
    private readonly clock: Clock,
  ) {}

  /** Throws `InvalidJobOptionError`, `InvalidPayloadError` and `UnknownJobTypeError`. */
  async draft(schedule: NewSchedule, given: OperatorOptions): Promise<ScheduleDraft> {
    requireNewSchedule(schedule);
    const { name, payload = {} } = schedule;
    const settings = resolveSettings(schedule, this.options.schedule, new Date(this.clock.epochMs()));
    const job = await this.check(typeOf(schedule.job), payload, given);
    return { name, by: byOf(given), details: { schedule: name, job: job.type, ...settings }, settings, job };
  }

  /** `typeNow` tells the type that the schedule enqueues now, or null for a method. Throws as `draft` does. */
  async draftOfChange(
    name: string,
    changes: Partial<ScheduleSettings>,
    given: OperatorOptions,
    typeNow: () => Promise<string | null>,
  ): Promise<ChangeDraft> {
    requireChanges(changes);
    const { job: wanted, payload, ...settings } = changes;
    const details = { schedule: name, ...(wanted !== undefined && { job: typeOf(wanted) }), ...settings };
    const draft = { name, by: byOf(given), details, changes };
    if (wanted === undefined && payload === undefined) return { ...draft, job: null };
    if (payload === undefined)
      throw new InvalidJobOptionError('payload', 'must be given together with job', 'Give the payload of the new job.');
    const type = wanted === undefined ? await typeNow() : typeOf(wanted);
    return { ...draft, job: type === null ? null : await this.check(type, payload, given) };
  }

  async create(store: ScheduleSettingsStore, draft: ScheduleDraft): Promise<void> {
    if (await this.isNew(store, draft)) return;
    throw (await store.lock(draft.name)) ? nameTaken(draft.name) : tooMany(MOST_MADE);
  }

  async upsert(store: ScheduleSettingsStore, draft: ScheduleDraft): Promise<void> {
    const { name, settings, job } = draft;
    let row = await store.lock(name);
    if (!row && (await this.isNew(store, draft))) return;
    // Another transaction may have made it meanwhile.
    row ??= await store.lock(name);
    if (!row) throw tooMany(MOST_MADE);
    if (row.job_type === null) throw isDeclared(name, 'job');
    await this.set(
      store,
      row,
      { ...draft, settings, job },
      settings.times === row.times ? row.times_left : settings.times,
    );
  }

  async change(store: ScheduleSettingsStore, draft: ChangeDraft, row: LockedScheduleRow): Promise<void> {
    const { name, changes, by, details } = draft;
    if (row.job_type === null) return this.changeText(store, draft, row);
    const settings = resolveSettings(changes, settingsOf(row), new Date(row.now_ms));
    const job = draft.job ?? { type: row.job_type, payload: null };
    const timesLeft = changes.times === undefined ? row.times_left : changes.times;
    await this.set(store, row, { name, by, details, settings, job }, timesLeft);
  }

  /** Gives a method its text of the code. */
  async reset(store: ScheduleSettingsStore, name: string, row: LockedScheduleRow): Promise<void> {
    const code = { cron: row.code_cron ?? row.cron, timeZone: row.code_time_zone ?? row.time_zone };
    await this.changeText(store, { name, by: null, details: {}, changes: code, job: null }, row);
  }

  /** Of a method, only text and zone. With those of the code, nothing replaces them any more. */
  private async changeText(store: ScheduleSettingsStore, draft: ChangeDraft, row: LockedScheduleRow): Promise<void> {
    const { name, changes, by } = draft;
    const option = optionOfMade(changes);
    if (option !== null) throw isDeclared(name, option);
    const { cron, timeZone } = resolveSettings(changes, settingsOf(row), new Date(row.now_ms));
    const code = { cron: row.code_cron ?? row.cron, timeZone: row.code_time_zone ?? row.time_zone };
    const isCode = code.cron === cron && code.timeZone === timeZone;
    const next = ticksOrNull({ cron, timeZone });
    const run = next && nextRunOf(row, { ...boundsOf(row), cron, timeZone, next });
    if (!run?.nextRunAt) throw noTimes(name, { cron, time_zone: timeZone });
    await store.setText(name, { cron, timeZone, code: isCode ? null : code, by: isCode ? null : by }, run.nextRunAt);
  }

  private async set(
    store: ScheduleSettingsStore,
    row: LockedScheduleRow,
    draft: ScheduleDraft,
    timesLeft: number | null,
  ): Promise<void> {
    const { settings } = draft;
    const next = ticksOf(settings.cron, settings.timeZone);
    await store.set(madeOf(draft, timesLeft), nextRunOf(row, { ...settings, timesLeft, next }));
  }

  /** False if one has the name, or too many have been made already. */
  private async isNew(store: ScheduleSettingsStore, draft: ScheduleDraft): Promise<boolean> {
    const { settings } = draft;
    const bounds = { ...settings, timesLeft: settings.times };
    const next = firstRun(ticksOf(settings.cron, settings.timeZone), await store.now(), bounds);
    if (next.nextRunAt === null)
      throw new InvalidJobOptionError('endsAt', 'leaves no time at which the schedule fires');
    return store.create(madeOf(draft, settings.times), next, MOST_MADE);
  }

  private async check(type: string, payload: unknown, { manager }: OperatorOptions): Promise<CheckedJob> {
    const definition = await this.jobs.definition(type, manager);
    return { type, payload: await encodePayload(definition, payload, this.options.maxPayloadBytes) };
  }
}

/** The settings in a row, from which changes start. */
function settingsOf(row: LockedScheduleRow): ResolvedSettings {
  const { startsAt, endsAt, jitterMs } = boundsOf(row);
  const { cron, time_zone: timeZone, overlap, times } = row;
  return { cron, timeZone, catchUp: catchUpOf(row), overlap, jitterMs, startsAt, endsAt, times };
}

function madeOf({ name, by, settings, job }: ScheduleDraft, timesLeft: number | null): MadeSchedule {
  const { catchUp, ...rest } = settings;
  return { ...rest, ...storedCatchUp(catchUp), name, jobType: job.type, payload: job.payload, timesLeft, by };
}

export function byOf({ actor }: OperatorOptions): string | null {
  return actor === undefined ? null : cut(actor);
}
