import { Controller, Get, Query, UsePipes } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { requestValidation } from '../http/request-validation.js';
import { pageSchema, type Page } from '../page.js';
import { userView, userViewSchema, type UserView } from './user-view.js';
import { UsersService } from './users.service.js';

@ApiTags('weekly reports')
@Controller('users')
@UsePipes(requestValidation)
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get()
  @ApiOperation({ summary: 'Users by id, a page at a time' })
  @ApiOkResponse({ standardSchema: z.array(userViewSchema) })
  async list(@Query({ schema: pageSchema }) page: Page): Promise<UserView[]> {
    return (await this.users.list(page)).map(userView);
  }
}
