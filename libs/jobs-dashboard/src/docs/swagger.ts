import { createRequire } from 'node:module';
import { KNOWS_SCHEMAS } from '../requests/request-values.js';

type Swagger = typeof import('@nestjs/swagger');

/** Null if the application has not installed it. An `import()` would come too late for decorators. */
const swagger = load();

/** Before version 12, which comes with Nest 12, it cannot read the schemas of our routes. */
const describesRoutes = swagger !== null && KNOWS_SCHEMAS;

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

/** Puts the routes of a controller under a tag, or leaves them out of a document that cannot describe them. */
export const ApiSection = (tag: string): ClassDecorator =>
  describesRoutes ? swagger.ApiTags(tag) : ApiExcludeController();

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

function decoratorOf<Name extends keyof Swagger>(name: Name): Swagger[Name] {
  return describesRoutes ? swagger[name] : (nothing as unknown as Swagger[Name]);
}

function nothing(): () => void {
  return () => undefined;
}
