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
import { pageSchema, type Page } from '../page.js';
import { UserChangesService } from './user-changes.service.js';
import { changeUserSchema, newUserSchema, userView, userViewSchema } from './user-view.js';
import type { ChangeUserBody, NewUserBody, UserView } from './user-view.js';
import { UsersService } from './users.service.js';

@ApiTags('weekly reports')
@ApiBadRequestResponse({ description: 'INVALID_REQUEST, with each field that is wrong' })
@Controller('users')
@UsePipes(requestValidation)
export class UsersController {
  constructor(
    private readonly users: UsersService,
    private readonly changes: UserChangesService,
  ) {}

  @Post()
  @ApiOperation({ operationId: 'createUser', summary: 'Adds an active user' })
  @ApiCreatedResponse({ standardSchema: userViewSchema })
  @ApiConflictResponse({ description: 'EMAIL_TAKEN' })
  async create(@Body({ schema: newUserSchema }) user: NewUserBody): Promise<UserView> {
    return userView(await this.changes.create(user, API_ACTOR));
  }

  @Patch(':id')
  @ApiOperation({
    operationId: 'changeUser',
    summary: 'Renames a user, changes the address, deactivates or reactivates',
  })
  @ApiOkResponse({ standardSchema: userViewSchema })
  @ApiNotFoundResponse({ description: 'USER_NOT_FOUND' })
  @ApiConflictResponse({ description: 'EMAIL_TAKEN' })
  async change(
    @Param('id', { schema: z.uuid() }) id: string,
    @Body({ schema: changeUserSchema }) change: ChangeUserBody,
  ): Promise<UserView> {
    return userView(await this.changes.change(id, change, API_ACTOR));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'deleteUser',
    summary: "Removes a user's name, address, texts and reminders for good; the hours of old months stay",
  })
  @ApiNoContentResponse()
  @ApiNotFoundResponse({ description: 'USER_NOT_FOUND' })
  async delete(@Param('id', { schema: z.uuid() }) id: string): Promise<void> {
    await this.changes.delete(id.toLowerCase(), API_ACTOR);
  }

  @Get()
  @ApiOperation({ operationId: 'listUsers', summary: 'Users by id, a page at a time' })
  @ApiOkResponse({ standardSchema: z.array(userViewSchema) })
  async list(@Query({ schema: pageSchema }) page: Page): Promise<UserView[]> {
    return (await this.users.list(page)).map(userView);
  }
}
