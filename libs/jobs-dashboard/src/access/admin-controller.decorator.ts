import { applyDecorators, Controller, UseFilters, UseGuards, UsePipes } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { API_PATH } from '../dashboard.options.js';
import { requestValidation } from '../errors/request-validation.js';
import { AdminAccessGuard } from './admin-access.guard.js';
import { AdminProblemFilter } from './admin-problem.filter.js';

/** Gives a controller of the admin API its path, its guard, its validation and its format of errors. */
export const AdminController = (path: string): ClassDecorator =>
  applyDecorators(
    Controller(`${API_PATH}/${path}`),
    UseGuards(AdminAccessGuard),
    UseFilters(AdminProblemFilter),
    UsePipes(requestValidation),
    ApiTags('jobs'),
  );
