import type { INestApplication } from '@nestjs/common';
import type { ApiDocsOptions } from './api-docs-options.js';
import { apiDocument } from './api-document.js';
import { requireSwagger } from './swagger.js';

/** The page runs only Swagger's scripts, and neither loads from nor connects to other servers. */
const DOCS_CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * Serves the OpenAPI document of the application at `/docs`, and as JSON at `/docs-json`. Both are open to everybody.
 * The document leaves out routes without a summary (`@ApiOperation`), such as probes. Throws if `@nestjs/swagger` is not installed.
 */
export function setupApiDocs(app: INestApplication, options: ApiDocsOptions = {}): void {
  const { SwaggerModule } = requireSwagger();
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
