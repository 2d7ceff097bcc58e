import {
  Body,
  ConflictException,
  Controller,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  Post,
  Res,
  UsePipes,
  type StreamableFile,
} from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBadGatewayResponse,
  ApiBadRequestResponse,
  ApiConflictResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { XLSX_CONTENT_TYPE } from './monthly-report.workbook.js';
import { MonthlyReportsService } from './monthly-reports.service.js';
import { reportMonthSchema } from './report-month.js';
import { requestValidation } from './request-validation.js';

const requestSchema = z.strictObject({ month: reportMonthSchema });
const acceptedSchema = z.object({
  job_id: z.uuid(),
  /** True if an unfinished job already builds the report. The id is then that job's. */
  duplicate: z.boolean(),
});

@ApiTags('monthly reports')
@ApiBadRequestResponse({ description: 'INVALID_REQUEST, with each field that is wrong' })
@Controller('monthly-reports')
@UsePipes(requestValidation)
export class MonthlyReportsController {
  constructor(private readonly reports: MonthlyReportsService) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({
    operationId: 'requestMonthlyReport',
    summary: "Has a month's report built; GET /jobs/api/v1/jobs/{job_id} shows how far it is",
  })
  @ApiAcceptedResponse({ standardSchema: acceptedSchema })
  @ApiConflictResponse({ description: 'MONTH_NOT_OVER' })
  async request(@Body({ schema: requestSchema }) { month }: z.infer<typeof requestSchema>) {
    if (!(await this.reports.isOver(month))) throw notOver(month);
    const { id, duplicate } = await this.reports.request(month);
    return { job_id: id, duplicate } satisfies z.infer<typeof acceptedSchema>;
  }

  @Get(':month')
  @ApiOperation({ operationId: 'downloadMonthlyReport', summary: "A month's report as an XLSX workbook" })
  @ApiProduces(XLSX_CONTENT_TYPE)
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  @ApiNotFoundResponse({ description: 'MONTHLY_REPORT_NOT_FOUND: it has not been built' })
  @ApiBadGatewayResponse({ description: 'STORAGE_DENIED or STORAGE_REFUSED: an operator has to fix the storage' })
  @ApiServiceUnavailableResponse({
    description: 'STORAGE_UNAVAILABLE, STORAGE_TOO_SLOW or STORAGE_BUSY: try again after the seconds of Retry-After',
  })
  async download(
    @Param('month', { schema: reportMonthSchema }) month: string,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<StreamableFile> {
    const workbook = await this.reports.download(month, response);
    if (!workbook) throw notFound(month);
    return workbook;
  }
}

function notOver(month: string): ConflictException {
  return new ConflictException({
    statusCode: 409,
    errorCode: 'MONTH_NOT_OVER',
    message: `${month} is not over: its report would count weeks as missing that can still be reported on.`,
    issues: [{ path: 'month', message: 'Not over yet' }],
    fix: 'The report is built automatically on the 1st of the next month.',
  });
}

function notFound(month: string): NotFoundException {
  return new NotFoundException({
    statusCode: 404,
    errorCode: 'MONTHLY_REPORT_NOT_FOUND',
    message: `The report of ${month} has not been built yet.`,
    issues: [{ path: 'month', message: 'No report yet' }],
    fix: `POST /monthly-reports {"month": "${month}"} builds it.`,
  });
}
