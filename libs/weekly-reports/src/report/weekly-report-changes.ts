import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** Called in the transaction of a change, with the week that it concerns. */
export type WeeklyReportListener = (week: string, manager: EntityManager) => Promise<void>;

/** Tells other features that a report was handed in, changed or withdrawn, without knowing them. */
@Injectable()
export class WeeklyReportChanges {
  private readonly listeners: WeeklyReportListener[] = [];

  /** What the listener throws undoes the change. */
  listen(listener: WeeklyReportListener): void {
    this.listeners.push(listener);
  }

  async announce(week: string, manager: EntityManager): Promise<void> {
    for (const listener of this.listeners) await listener(week, manager);
  }
}
