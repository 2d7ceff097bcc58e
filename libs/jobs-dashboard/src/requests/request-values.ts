import * as nest from '@nestjs/common';
import type { z } from 'zod';
import { describeBody, describeQuery } from '../docs/swagger.js';
import { KNOWS_SCHEMAS } from './knows-schemas.js';
import { RequestPipe } from './request-pipe.js';

interface WithSchema {
  schema: z.ZodType;
}

/** The body of a request, checked with a schema by any Nest, and described by any Swagger. */
export const Body = ({ schema }: WithSchema): ParameterDecorator => checked(nest.Body, schema, describeBody);

/** The query of a request, checked with a schema by any Nest, and described by any Swagger. */
export const Query = ({ schema }: WithSchema): ParameterDecorator => checked(nest.Query, schema, describeQuery);

function checked(
  value: typeof nest.Body | typeof nest.Query,
  schema: z.ZodType,
  describe: typeof describeBody,
): ParameterDecorator {
  const pipe = new RequestPipe(schema);
  if (KNOWS_SCHEMAS) return value({ schema, pipes: [pipe] });
  return (target, method, index) => {
    value(pipe)(target, method, index);
    describe(schema, target, method!);
  };
}
