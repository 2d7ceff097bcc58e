import { BadRequestException, ConflictException } from '@nestjs/common';

export class MonthClosedError extends ConflictException {
  constructor(week: string, month: string, closedAt: Date) {
    super({
      statusCode: 409,
      errorCode: 'MONTH_CLOSED',
      message: `Week ${week} belongs to ${month}, which was closed at ${closedAt.toISOString()}.`,
      issues: [{ path: 'week', message: 'The month of this week is closed' }],
      fix: 'Reports of a closed month cannot change. Report a correction with the current week.',
    });
  }
}

export class WeekTooFarAheadError extends BadRequestException {
  constructor(week: string, last: string) {
    super({
      statusCode: 400,
      errorCode: 'WEEK_TOO_FAR_AHEAD',
      message: `Week ${week} is too far ahead: ${last} is the last that can be reported on today.`,
      issues: [{ path: 'week', message: `Must be ${last} or earlier` }],
      fix: 'Check the year and the week, or submit the report later.',
    });
  }
}
