import { BadRequestException, StandardSchemaValidationPipe } from '@nestjs/common';

/** Validates requests with the schemas of the routes. The only parameter of these routes is the month. */
export const requestValidation = new StandardSchemaValidationPipe({
  exceptionFactory: (issues) =>
    new BadRequestException({
      statusCode: 400,
      errorCode: 'INVALID_REQUEST',
      message: 'The request is not valid.',
      issues: issues.map(({ path, message }) => ({
        path: path?.length ? path.map(String).join('.') : 'month',
        message,
      })),
      fix: 'Give "month" as year and month, such as 2024-01.',
    }),
});
