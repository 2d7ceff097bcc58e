import * as nest from '@nestjs/common';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { RequestPipe } from './request-pipe.js';

interface WithSchema {
  schema: StandardSchemaV1;
}

/** From Nest 12 on, a parameter can have a schema, which Swagger reads. Nest 11 would ignore it. */
export const KNOWS_SCHEMAS = 'StandardSchemaValidationPipe' in nest;

/** The body of a request, checked with a schema by any Nest. */
export const Body = ({ schema }: WithSchema): ParameterDecorator => checked(nest.Body, schema);

/** The query of a request, checked with a schema by any Nest. */
export const Query = ({ schema }: WithSchema): ParameterDecorator => checked(nest.Query, schema);

function checked(value: typeof nest.Body | typeof nest.Query, schema: StandardSchemaV1): ParameterDecorator {
  const pipe = new RequestPipe(schema);
  return KNOWS_SCHEMAS ? value({ schema, pipes: [pipe] }) : value(pipe);
}
