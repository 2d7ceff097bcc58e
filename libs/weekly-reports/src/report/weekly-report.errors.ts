import { ConflictException, NotFoundException } from '@nestjs/common';

export class WeeklyReportNotFoundError extends NotFoundException {
  constructor(id: string) {
    super({
      statusCode: 404,
      errorCode: 'WEEKLY_REPORT_NOT_FOUND',
      message: `There is no weekly report "${id}".`,
      issues: [{ path: 'id', message: 'No such report' }],
      fix: "GET /weekly-reports?week=… lists a week's reports with their ids.",
    });
  }
}

export class WeeklyReportExistsError extends ConflictException {
  constructor(userId: string, week: string) {
    super({
      statusCode: 409,
      errorCode: 'WEEKLY_REPORT_EXISTS',
      message: `User "${userId}" has already submitted the report of ${week}.`,
      issues: [{ path: 'week', message: 'Already submitted' }],
      fix: `GET /weekly-reports?week=${week} shows it; PATCH /weekly-reports/{id} changes it until its month is closed.`,
    });
  }
}
