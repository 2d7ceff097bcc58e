import { isoWeeksOfMonth } from './report-month.js';

export interface Engineer {
  id: string;
  name: string;
  email: string;
  active: boolean;
}

export interface HandedIn {
  userId: string;
  week: string;
  hours: number;
}

export interface EngineerMonth {
  name: string;
  email: string;
  /** Hours of each of the month's weeks; null where no report was handed in. */
  hours: (number | null)[];
  handedIn: number;
  missingWeeks: string[];
  totalHours: number;
}

export interface MonthlyReport {
  month: string;
  weeks: string[];
  engineers: EngineerMonth[];
  totals: { handedIn: number; missing: number; hours: number };
}

/** A month's figures: every active engineer, and whoever is no longer active but handed in a report of the month. */
export function buildMonthlyReport(
  month: string,
  everyone: readonly Engineer[],
  reports: readonly HandedIn[],
): MonthlyReport {
  const weeks = isoWeeksOfMonth(month);
  const hoursOf = groupHours(reports);
  const engineers = everyone
    .filter(({ id, active }) => active || hoursOf.has(id))
    .map((engineer) => engineerMonth(engineer, weeks, hoursOf.get(engineer.id) ?? new Map<string, number>()));
  return { month, weeks, engineers, totals: totalsOf(engineers) };
}

function groupHours(reports: readonly HandedIn[]): Map<string, Map<string, number>> {
  const hoursOf = new Map<string, Map<string, number>>();
  for (const { userId, week, hours } of reports) {
    hoursOf.set(userId, (hoursOf.get(userId) ?? new Map<string, number>()).set(week, hours));
  }
  return hoursOf;
}

function engineerMonth({ name, email }: Engineer, weeks: string[], hoursOf: Map<string, number>): EngineerMonth {
  const hours = weeks.map((week) => hoursOf.get(week) ?? null);
  const missingWeeks = weeks.filter((week) => !hoursOf.has(week));
  return { name, email, hours, handedIn: weeks.length - missingWeeks.length, missingWeeks, totalHours: sum(hours) };
}

function totalsOf(engineers: readonly EngineerMonth[]): MonthlyReport['totals'] {
  return {
    handedIn: sum(engineers.map(({ handedIn }) => handedIn)),
    missing: sum(engineers.map(({ missingWeeks }) => missingWeeks.length)),
    hours: sum(engineers.map(({ totalHours }) => totalHours)),
  };
}

function sum(numbers: readonly (number | null)[]): number {
  return numbers.reduce<number>((total, number) => total + (number ?? 0), 0);
}
