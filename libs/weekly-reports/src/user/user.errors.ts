import { ConflictException, NotFoundException } from '@nestjs/common';

export class UserNotFoundError extends NotFoundException {
  constructor(userId: string) {
    super({
      statusCode: 404,
      errorCode: 'USER_NOT_FOUND',
      message: `There is no user "${userId}".`,
      issues: [{ path: 'user_id', message: 'No such user' }],
      fix: 'GET /users lists the ids.',
    });
  }
}

export class EmailTakenError extends ConflictException {
  constructor() {
    super({
      statusCode: 409,
      errorCode: 'EMAIL_TAKEN',
      message: 'Another user has this e-mail address.',
      issues: [{ path: 'email', message: 'Taken' }],
      fix: 'GET /users lists who has which address. Reactivate that user, or change the address of one of the two.',
    });
  }
}
