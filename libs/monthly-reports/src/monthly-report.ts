export interface Engineer {
  id: string;
  name: string;
  email: string;
  activity: readonly { activeFrom: Date; activeTo: Date | null }[];
}

export interface ReportedWeek {
  week: string;
  /** The end of the week. */
  end: Date;
}

export interface HandedIn {
  userId: string;
  week: string;
  hours: number;
}

export interface EngineerMonth {
  name: string;
  email: string;
  /** Hours of each week of the month. Null: no report was submitted. */
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
  /** Hours of each week of the month. */
  weeklyHours: number[];
}

/**
 * Builds a month's figures. They include everybody who was active at the end of a week or submitted a report. A week
 * counts as missing only for engineers who were active at its end.
 */
export function buildMonthlyReport(
  month: string,
  reportedWeeks: readonly ReportedWeek[],
  everyone: readonly Engineer[],
  reports: readonly HandedIn[],
): MonthlyReport {
  const weeks = reportedWeeks.map(({ week }) => week);
  const hoursOf = groupHours(reports);
  const engineers = everyone
    .filter((engineer) => hoursOf.has(engineer.id) || reportedWeeks.some(({ end }) => wasActive(engineer, end)))
    .map((engineer) => engineerMonth(engineer, reportedWeeks, hoursOf.get(engineer.id) ?? new Map<string, number>()));
  const weeklyHours = weeks.map((_, index) => sumHours(engineers.map(({ hours }) => hours[index] ?? null)));
  return { month, weeks, engineers, totals: totalsOf(engineers), weeklyHours };
}

function groupHours(reports: readonly HandedIn[]): Map<string, Map<string, number>> {
  const hoursOf = new Map<string, Map<string, number>>();
  for (const { userId, week, hours } of reports) {
    hoursOf.set(userId, (hoursOf.get(userId) ?? new Map<string, number>()).set(week, hours));
  }
  return hoursOf;
}

function wasActive({ activity }: Engineer, instant: Date): boolean {
  return activity.some(
    ({ activeFrom, activeTo }) => activeFrom < instant && (activeTo === null || activeTo >= instant),
  );
}

function engineerMonth(
  engineer: Engineer,
  weeks: readonly ReportedWeek[],
  hoursOf: ReadonlyMap<string, number>,
): EngineerMonth {
  const { name, email } = engineer;
  const hours = weeks.map(({ week }) => hoursOf.get(week) ?? null);
  const missing = weeks.filter(({ week, end }) => !hoursOf.has(week) && wasActive(engineer, end));
  return {
    name,
    email,
    hours,
    handedIn: hours.filter((value) => value !== null).length,
    missingWeeks: missing.map(({ week }) => week),
    totalHours: sumHours(hours),
  };
}

function totalsOf(engineers: readonly EngineerMonth[]): MonthlyReport['totals'] {
  return {
    handedIn: sum(engineers.map(({ handedIn }) => handedIn)),
    missing: sum(engineers.map(({ missingWeeks }) => missingWeeks.length)),
    hours: sumHours(engineers.map(({ totalHours }) => totalHours)),
  };
}

/** Adds hundredths as integers, because binary fractions would cause rounding errors. The column has two decimals. */
function sumHours(hours: readonly (number | null)[]): number {
  return sum(hours.map((value) => Math.round((value ?? 0) * 100))) / 100;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
