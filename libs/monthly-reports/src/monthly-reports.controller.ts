import {
  Body,
  Controller,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  Post,
  StreamableFile,
  UsePipes,
} from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBadRequestResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import { z } from 'zod';
import { XLSX_CONTENT_TYPE } from './monthly-report.workbook.js';
import { MonthlyReportsService } from './monthly-reports.service.js';
import { reportMonthSchema } from './report-month.js';
import { requestValidation } from './request-validation.js';

const requestSchema = z.strictObject({ month: reportMonthSchema });
const acceptedSchema = z.object({
  job_id: z.uuid(),
  /** True if the report was being built already: the id is that job's. */
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
  @ApiOperation({ summary: "Has a month's report built; GET /jobs/api/v1/jobs/{job_id} shows how far it is" })
  @ApiAcceptedResponse({ standardSchema: acceptedSchema })
  async request(@Body({ schema: requestSchema }) { month }: z.infer<typeof requestSchema>) {
    const { id, duplicate } = await this.reports.request(month);
    return { job_id: id, duplicate } satisfies z.infer<typeof acceptedSchema>;
  }

  @Get(':month')
  @ApiOperation({ summary: "A month's report as an XLSX workbook" })
  @ApiProduces(XLSX_CONTENT_TYPE)
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  @ApiNotFoundResponse({ description: 'MONTHLY_REPORT_NOT_FOUND: it has not been built' })
  async download(@Param('month', { schema: reportMonthSchema }) month: string): Promise<StreamableFile> {
    const workbook = await this.reports.download(month);
    if (!workbook) throw notFound(month);
    const disposition = `attachment; filename="monthly-report-${month}.xlsx"`;
    return new StreamableFile(workbook, { type: XLSX_CONTENT_TYPE, disposition, length: workbook.length });
  }
}

function notFound(month: string): NotFoundException {
  return new NotFoundException({
    statusCode: 404,
    errorCode: 'MONTHLY_REPORT_NOT_FOUND',
    message: `The report of ${month} has not been built yet.`,
    issues: [{ path: 'month', message: 'No report yet' }],
    fix: `POST /monthly-reports {"month": "${month}"} has it built.`,
  });
}
