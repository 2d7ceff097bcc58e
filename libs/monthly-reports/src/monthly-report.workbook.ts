import { DateTime } from 'luxon';
import writeXlsxFile, { type Cell, type Row } from 'write-excel-file/node';
import { spreadsheetText } from './spreadsheet-text.js';
import type { EngineerMonth, MonthlyReport } from './monthly-report.js';

export const XLSX_CONTENT_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

const HOURS_FORMAT = '0.00';

/** Facts about the data of a workbook. */
export interface ReportSource {
  madeAt: Date;
  reportCount: number;
  /** Null if no report was submitted. */
  latestChange: Date | null;
  closesAt: Date;
  /** IANA zone in which the times are shown. */
  timeZone: string;
}

/**
 * Writes the report as an XLSX workbook: one row per engineer, one column of hours per week, and the totals. A second sheet
 * describes the data and its time.
 */
export function writeWorkbook(report: MonthlyReport, source: ReportSource): Promise<Buffer> {
  return writeXlsxFile([figuresSheet(report), sourceSheet(report, source)]).toBuffer();
}

function figuresSheet(report: MonthlyReport) {
  const rows = [headings(report), ...report.engineers.map(engineerRow), totalsRow(report)];
  const columns = [
    { width: 28 },
    { width: 32 },
    ...report.weeks.map(() => ({ width: 11 })),
    { width: 11 },
    { width: 9 },
  ];
  return {
    data: rows,
    sheet: report.month,
    columns: [...columns, { width: 48 }, { width: 9 }],
    stickyRowsCount: 1,
  };
}

function sourceSheet({ month, weeks }: MonthlyReport, source: ReportSource) {
  const { madeAt, reportCount, latestChange, closesAt, timeZone } = source;
  const time = (instant: Date) => DateTime.fromJSDate(instant, { zone: timeZone }).toFormat('yyyy-MM-dd HH:mm:ss ZZ');
  const rows: Row[] = [
    [bold('Month'), text(month)],
    [bold('Weeks'), text(weeks.join(', '))],
    [bold('Made at'), text(time(madeAt))],
    [bold('Reports'), reportCount],
    [bold('Latest change'), latestChange && text(time(latestChange))],
    [bold('Changes until'), text(time(closesAt))],
  ];
  return { data: rows, sheet: 'About', columns: [{ width: 16 }, { width: 56 }] };
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

function totalsRow({ totals, weeklyHours }: MonthlyReport): Row {
  return [
    bold('Total'),
    null,
    ...weeklyHours.map(hoursCell),
    bold(totals.handedIn),
    bold(totals.missing),
    null,
    { ...bold(totals.hours), format: HOURS_FORMAT },
  ];
}

/** Sets the type, so that a name such as `=1+1` is a text and not a formula. */
function text(value: string): Cell {
  return { value: spreadsheetText(value), type: String };
}

function bold(value: string | number) {
  return { value, fontWeight: 'bold' as const };
}

function hoursCell(value: number | null): Cell {
  return value === null ? null : { value, type: Number, format: HOURS_FORMAT };
}
