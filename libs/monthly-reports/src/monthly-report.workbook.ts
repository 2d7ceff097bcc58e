import writeXlsxFile, { type Cell, type Row } from 'write-excel-file/node';
import type { EngineerMonth, MonthlyReport } from './monthly-report.js';

export const XLSX_CONTENT_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

const HOURS_FORMAT = '0.00';

/** The report as an XLSX workbook: one row per engineer, a column of hours per week, and the totals. */
export function writeWorkbook(report: MonthlyReport): Promise<Buffer> {
  const rows = [headings(report), ...report.engineers.map(engineerRow), totalsRow(report)];
  const columns = [
    { width: 28 },
    { width: 32 },
    ...report.weeks.map(() => ({ width: 11 })),
    { width: 11 },
    { width: 9 },
  ];
  return writeXlsxFile(rows, {
    sheet: report.month,
    columns: [...columns, { width: 48 }, { width: 9 }],
    stickyRowsCount: 1,
  }).toBuffer();
}

function headings({ weeks }: MonthlyReport): Row {
  return ['Engineer', 'E-mail', ...weeks, 'Handed in', 'Missing', 'Missing weeks', 'Hours'].map(bold);
}

function engineerRow({ name, email, hours, handedIn, missingWeeks, totalHours }: EngineerMonth): Row {
  return [
    text(name),
    text(email),
    ...hours.map(hoursCell),
    handedIn,
    missingWeeks.length,
    text(missingWeeks.join(', ')),
    hoursCell(totalHours),
  ];
}

function totalsRow({ weeks, engineers, totals }: MonthlyReport): Row {
  const weekly = weeks.map((_, index) => engineers.reduce((sum, { hours }) => sum + (hours[index] ?? 0), 0));
  return [
    bold('Total'),
    null,
    ...weekly.map(hoursCell),
    bold(totals.handedIn),
    bold(totals.missing),
    null,
    { ...bold(totals.hours), format: HOURS_FORMAT },
  ];
}

/** Typed, so that a name such as `=1+1` stays a text. */
function text(value: string): Cell {
  return { value, type: String };
}

function bold(value: string | number) {
  return { value, fontWeight: 'bold' as const };
}

function hoursCell(value: number | null): Cell {
  return value === null ? null : { value, type: Number, format: HOURS_FORMAT };
}
