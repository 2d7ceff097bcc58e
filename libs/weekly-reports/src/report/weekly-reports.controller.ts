import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, UsePipes } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { z } from 'zod';
import { API_ACTOR } from '../http/api-actor.js';
import { requestValidation } from '../http/request-validation.js';
import {
  changeWeeklyReportSchema,
  submitWeeklyReportSchema,
  weeklyReportsQuerySchema,
  weeklyReportView,
  weeklyReportViewSchema,
  type ChangeWeeklyReport,
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
  @ApiOperation({ operationId: 'submitWeeklyReport', summary: "Hands a report in and cancels the week's reminder" })
  @ApiCreatedResponse({ standardSchema: weeklyReportViewSchema })
  @ApiNotFoundResponse({ description: 'USER_NOT_FOUND' })
  @ApiConflictResponse({ description: 'WEEKLY_REPORT_EXISTS or MONTH_CLOSED' })
  async submit(@Body({ schema: submitWeeklyReportSchema }) body: SubmitWeeklyReport): Promise<WeeklyReportView> {
    const { user_id: userId, week, hours, summary } = body;
    return weeklyReportView(await this.reports.submit({ userId, week, hours, summary }));
  }

  @Patch(':id')
  @ApiOperation({
    operationId: 'changeWeeklyReport',
    summary: "Changes a report's hours, summary or both, until its month is closed",
  })
  @ApiOkResponse({ standardSchema: weeklyReportViewSchema })
  @ApiNotFoundResponse({ description: 'WEEKLY_REPORT_NOT_FOUND' })
  @ApiConflictResponse({ description: 'MONTH_CLOSED' })
  async change(
    @Param('id', { schema: z.uuid() }) id: string,
    @Body({ schema: changeWeeklyReportSchema }) change: ChangeWeeklyReport,
  ): Promise<WeeklyReportView> {
    return weeklyReportView(await this.reports.change(id, change, API_ACTOR));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ operationId: 'withdrawWeeklyReport', summary: 'Withdraws a report, until its month is closed' })
  @ApiNoContentResponse()
  @ApiNotFoundResponse({ description: 'WEEKLY_REPORT_NOT_FOUND' })
  @ApiConflictResponse({ description: 'MONTH_CLOSED' })
  async withdraw(@Param('id', { schema: z.uuid() }) id: string): Promise<void> {
    await this.reports.withdraw(id, API_ACTOR);
  }

  @Get()
  @ApiOperation({ operationId: 'listWeeklyReports', summary: "A week's reports by user id, a page at a time" })
  @ApiOkResponse({ standardSchema: z.array(weeklyReportViewSchema) })
  async list(@Query({ schema: weeklyReportsQuerySchema }) query: WeeklyReportsQuery): Promise<WeeklyReportView[]> {
    return (await this.reports.list(query.week, query)).map(weeklyReportView);
  }
}
