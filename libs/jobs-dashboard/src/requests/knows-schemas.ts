import * as nest from '@nestjs/common';

/** From Nest 12 on, a parameter can have a schema, which Swagger reads. Nest 11 would ignore it. */
export const KNOWS_SCHEMAS = 'StandardSchemaValidationPipe' in nest;
