import { applyDecorators, Controller, UseFilters, UseGuards, UseInterceptors, UsePipes } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { API_PATH } from '../dashboard.options.js';
import { requestValidation } from '../errors/request-validation.js';
import { SharedReadsInterceptor } from '../live/shared-reads.interceptor.js';
import { AdminAccessGuard } from './admin-access.guard.js';
import { AdminProblemFilter } from './admin-problem.filter.js';

/** Gives a controller of the admin API its path, its guard, its validation, its format of errors and shared answers. */
export const AdminController = (path: string): ClassDecorator =>
  applyDecorators(
    Controller(`${API_PATH}/${path}`),
    UseGuards(AdminAccessGuard),
    UseFilters(AdminProblemFilter),
    UseInterceptors(SharedReadsInterceptor),
    UsePipes(requestValidation),
    ApiTags('jobs'),
  );
