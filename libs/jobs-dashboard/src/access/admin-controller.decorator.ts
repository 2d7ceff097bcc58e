import { applyDecorators, Controller, UseFilters, UseGuards, UseInterceptors, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiSection } from '../docs/swagger.js';
import { API_PATH } from '../dashboard.options.js';
import { SharedReadsInterceptor } from '../live/shared-reads.interceptor.js';
import { AdminAccessGuard } from './admin-access.guard.js';
import { AdminProblemFilter } from './admin-problem.filter.js';

/**
 * Gives a controller of the admin API its path, its guard, its format of errors and shared answers. It ignores the host's
 * API versioning.
 */
export const AdminController = (path: string): ClassDecorator =>
  applyDecorators(
    Controller({ path: `${API_PATH}/${path}`, version: VERSION_NEUTRAL }),
    UseGuards(AdminAccessGuard),
    UseFilters(AdminProblemFilter),
    ApiSection('jobs'),
    UseInterceptors(SharedReadsInterceptor),
  );
