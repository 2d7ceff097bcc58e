import { ConflictException, NotFoundException } from '@nestjs/common';

export class UserNotFoundError extends NotFoundException {
  constructor(userId: string) {
    super({
      statusCode: 404,
      errorCode: 'USER_NOT_FOUND',
      message: `There is no user "${userId}".`,
      issues: [{ path: 'user_id', message: 'No such user' }],
      fix: 'GET /users lists the ids.',
    });
  }
}

export class WeeklyReportExistsError extends ConflictException {
  constructor(userId: string, week: string) {
    super({
      statusCode: 409,
      errorCode: 'WEEKLY_REPORT_EXISTS',
      message: `User "${userId}" has handed in the report of ${week} already.`,
      issues: [{ path: 'week', message: 'Handed in already' }],
      fix: `GET /weekly-reports?week=${week} shows it. A report is handed in once.`,
    });
  }
}
