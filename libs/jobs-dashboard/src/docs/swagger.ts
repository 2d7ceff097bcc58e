import { createRequire } from 'node:module';
import type { z } from 'zod';
import { KNOWS_SCHEMAS } from '../requests/knows-schemas.js';
import { jsonSchemaOf, withJsonSchema } from './json-schema.js';

type Swagger = typeof import('@nestjs/swagger');

/** Null if the application has not installed it. An `import()` would come too late for decorators. */
const swagger = load();

export const ApiAcceptedResponse = decoratorOf('ApiAcceptedResponse');
export const ApiBadRequestResponse = decoratorOf('ApiBadRequestResponse');
export const ApiConflictResponse = decoratorOf('ApiConflictResponse');
export const ApiCreatedResponse = decoratorOf('ApiCreatedResponse');
export const ApiNotFoundResponse = decoratorOf('ApiNotFoundResponse');
export const ApiOkResponse = decoratorOf('ApiOkResponse');
export const ApiOperation = decoratorOf('ApiOperation');
export const ApiParam = decoratorOf('ApiParam');
export const ApiTooManyRequestsResponse = decoratorOf('ApiTooManyRequestsResponse');
export const ApiServiceUnavailableResponse = decoratorOf('ApiServiceUnavailableResponse');
export const ApiProduces = decoratorOf('ApiProduces');
export const ApiUnprocessableEntityResponse = decoratorOf('ApiUnprocessableEntityResponse');

/** Leaves a controller out of OpenAPI documents. */
export const ApiExcludeController: Swagger['ApiExcludeController'] = swagger?.ApiExcludeController ?? nothing;

/** Puts the routes of a controller under a tag. */
export const ApiSection = (tag: string): ClassDecorator => swagger?.ApiTags(tag) ?? nothing();

/** Describes the body of a method to Swagger 11. Later versions read the schema of the parameter. */
export function describeBody(schema: z.ZodType, target: object, method: string | symbol): void {
  swagger?.ApiBody({ schema: jsonSchemaOf(schema) })(target, method, methodOf(target, method));
}

/** Describes each field of the query of a method to Swagger 11. */
export function describeQuery(schema: z.ZodType, target: object, method: string | symbol): void {
  const { properties = {}, required = [] } = jsonSchemaOf(schema);
  for (const [name, field] of Object.entries(properties)) {
    const { description } = field;
    const isRequired = required.includes(name);
    swagger?.ApiQuery({ name, required: isRequired, ...(description && { description }), schema: field })(
      target,
      method,
      methodOf(target, method),
    );
  }
}

/** Throws if the application has not installed it. */
export function requireSwagger(): Swagger {
  if (swagger) return swagger;
  throw new Error('JOBS_NO_SWAGGER: setupApiDocs() needs @nestjs/swagger. Run: npm install @nestjs/swagger');
}

function load(): Swagger | null {
  try {
    return createRequire(import.meta.url)('@nestjs/swagger') as Swagger;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (/^(ERR_)?MODULE_NOT_FOUND$/.test(code ?? '') && message.includes('@nestjs/swagger')) return null;
    throw error;
  }
}

/** Before version 12, which comes with Nest 12, Swagger cannot read standard schemas. */
function decoratorOf<Name extends keyof Swagger>(name: Name): Swagger[Name] {
  if (!swagger) return nothing as unknown as Swagger[Name];
  if (KNOWS_SCHEMAS) return swagger[name];
  const decorator = swagger[name] as unknown as (...given: unknown[]) => MethodDecorator;
  return ((...given: unknown[]) => decorator(...given.map(withJsonSchema))) as unknown as Swagger[Name];
}

function methodOf(target: object, method: string | symbol): PropertyDescriptor {
  return Object.getOwnPropertyDescriptor(target, method)!;
}

function nothing(): () => void {
  return () => undefined;
}
