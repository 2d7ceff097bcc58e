import {
  Controller,
  Get,
  NotFoundException,
  Param,
  Req,
  Res,
  UseFilters,
  UseGuards,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ApiExcludeController } from '../docs/swagger.js';
import { AdminAccessGuard } from '../access/admin-access.guard.js';
import { headerOf, type AdminRequest } from '../access/admin-request.js';
import { RequiresAccess } from '../access/role.js';
import { DashboardPath } from '../dashboard-path.js';
import { pageBase } from './page-base.js';
import { RefusalPageFilter } from './refusal-page.filter.js';
import { PAGE_HEADERS, sendFile } from './send-file.js';
import { WebBundle } from './web-bundle.js';

/** The addresses of the screens below that of the dashboard. The script of the page shows the screen of its address. */
const SCREENS = ' overview job/:id queues workers schedules errors performance audit enqueue system'.split(' ');

/** The names of assets contain a digest of their content. */
const ASSET_HEADERS = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'private, max-age=31536000, immutable',
  vary: 'accept-encoding',
};

/** Serves the dashboard. */
@ApiExcludeController()
@Controller({ version: VERSION_NEUTRAL })
@RequiresAccess('viewer')
@UseGuards(AdminAccessGuard)
@UseFilters(RefusalPageFilter)
export class WebController {
  constructor(
    private readonly bundle: WebBundle,
    private readonly host: HttpAdapterHost,
    private readonly path: DashboardPath,
  ) {}

  @Get(SCREENS)
  page(@Req() request: AdminRequest, @Res() response: unknown): void {
    const body = this.bundle.page(pageBase(request.url ?? '', this.path));
    sendFile(this.host, response, { type: 'text/html; charset=utf-8', body, headers: PAGE_HEADERS });
  }

  @Get('assets/:name')
  asset(@Param('name') name: string, @Req() request: AdminRequest, @Res() response: unknown): void {
    const file = this.bundle.asset(name);
    if (!file) throw new NotFoundException(`Cannot GET ${request.url}`);
    const zips = /\bgzip\b/.test(headerOf(request, 'accept-encoding') ?? '');
    const headers = zips ? { ...ASSET_HEADERS, 'content-encoding': 'gzip' } : ASSET_HEADERS;
    sendFile(this.host, response, { type: file.type, body: zips ? file.zipped : file.body, headers });
  }
}
