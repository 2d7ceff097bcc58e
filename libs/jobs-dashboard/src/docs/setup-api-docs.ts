import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { addExamples, type RequestExamples } from './add-examples.js';
import { describeErrors } from './describe-errors.js';

export interface ApiDocsOptions {
  /** Title of the document. Default: `Jobs`. */
  title?: string;
  description?: string;
  /** Version of the API. Default: `1.0`. */
  version?: string;
  /** Default: MIT. */
  license?: { name: string; url: string };
  /** Description of each tag. Default: none. */
  tags?: Record<string, string>;
  /** Requests that work unchanged, by the id of their operation. Default: none. */
  examples?: RequestExamples;
}

/** The page runs only Swagger's scripts, and neither loads from nor connects to other servers. */
const DOCS_CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const MIT = { name: 'MIT', url: 'https://opensource.org/license/mit' };

/**
 * Serves the OpenAPI document of the application at `/docs`, and as JSON at `/docs-json`. Both are open to everybody.
 * The document leaves out routes without a summary (`@ApiOperation`), such as probes.
 */
export function setupApiDocs(app: INestApplication, options: ApiDocsOptions = {}): void {
  const setPolicy = (_request: unknown, response: HeaderResponse, next: () => void) => {
    response.setHeader('content-security-policy', DOCS_CONTENT_SECURITY_POLICY);
    next();
  };
  app.use('/docs', setPolicy);
  SwaggerModule.setup('docs', app, () => apiDocument(app, options));
}

interface HeaderResponse {
  setHeader(name: string, value: string): unknown;
}

/** The OpenAPI document that `setupApiDocs` serves. */
export function apiDocument(app: INestApplication, options: ApiDocsOptions = {}): OpenAPIObject {
  const { title = 'Jobs', description = '', version = '1.0', license = MIT, tags = {}, examples = {} } = options;
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(title)
    .setDescription(description)
    .setVersion(version)
    .setLicense(license.name, license.url)
    .addServer('/', 'Where this document comes from')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      description: 'JOBS_ADMIN_TOKEN, or JOBS_VIEWER_TOKEN for reading only',
    })
    .addSecurityRequirements('bearer');
  for (const [name, about] of Object.entries(tags)) builder.addTag(name, about);
  const document = withoutUndescribed(SwaggerModule.createDocument(app, builder.build()));
  return addExamples(describeErrors(document), examples);
}

function withoutUndescribed(document: OpenAPIObject): OpenAPIObject {
  const described = Object.entries(document.paths).map(([path, item]) => {
    const operations = Object.entries(item).filter(([, operation]) => (operation as { summary?: string }).summary);
    return [path, Object.fromEntries(operations)] as const;
  });
  document.paths = Object.fromEntries(described.filter(([, item]) => Object.keys(item).length > 0));
  return document;
}
