import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** Called in the transaction of a change, with the changed week. */
export type WeeklyReportListener = (week: string, manager: EntityManager) => Promise<void>;

/** Notifies other features that a report was submitted, changed or withdrawn, without depending on them. */
@Injectable()
export class WeeklyReportChanges {
  private readonly listeners: WeeklyReportListener[] = [];

  /** An error of the listener rolls the change back. */
  listen(listener: WeeklyReportListener): void {
    this.listeners.push(listener);
  }

  async announce(week: string, manager: EntityManager): Promise<void> {
    for (const listener of this.listeners) await listener(week, manager);
  }
}
