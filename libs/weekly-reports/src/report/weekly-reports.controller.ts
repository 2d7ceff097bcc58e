import { Body, Controller, Get, Post, Query, UsePipes } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { z } from 'zod';
import { requestValidation } from '../http/request-validation.js';
import {
  submitWeeklyReportSchema,
  weeklyReportsQuerySchema,
  weeklyReportView,
  weeklyReportViewSchema,
  type SubmitWeeklyReport,
  type WeeklyReportsQuery,
  type WeeklyReportView,
} from './weekly-report-view.js';
import { WeeklyReportsService } from './weekly-reports.service.js';

@ApiTags('weekly reports')
@ApiBadRequestResponse({ description: 'INVALID_REQUEST, with each field that is wrong' })
@Controller('weekly-reports')
@UsePipes(requestValidation)
export class WeeklyReportsController {
  constructor(private readonly reports: WeeklyReportsService) {}

  @Post()
  @ApiOperation({ summary: "Hands a report in and cancels the week's reminder" })
  @ApiCreatedResponse({ standardSchema: weeklyReportViewSchema })
  @ApiNotFoundResponse({ description: 'USER_NOT_FOUND' })
  @ApiConflictResponse({ description: 'WEEKLY_REPORT_EXISTS' })
  async submit(@Body({ schema: submitWeeklyReportSchema }) body: SubmitWeeklyReport): Promise<WeeklyReportView> {
    const { user_id: userId, week, hours, summary } = body;
    return weeklyReportView(await this.reports.submit({ userId, week, hours, summary }));
  }

  @Get()
  @ApiOperation({ summary: "A week's reports by user id, a page at a time" })
  @ApiOkResponse({ standardSchema: z.array(weeklyReportViewSchema) })
  async list(@Query({ schema: weeklyReportsQuerySchema }) query: WeeklyReportsQuery): Promise<WeeklyReportView[]> {
    return (await this.reports.list(query.week, query)).map(weeklyReportView);
  }
}
