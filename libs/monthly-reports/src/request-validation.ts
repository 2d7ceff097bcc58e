import { BadRequestException, StandardSchemaValidationPipe } from '@nestjs/common';

/** Holds requests against the schemas that routes declare. The one value that these routes take is the month. */
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
