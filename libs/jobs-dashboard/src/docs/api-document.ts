import type { INestApplication } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { addExamples } from './add-examples.js';
import type { ApiDocsOptions } from './api-docs-options.js';
import { describeErrors } from './describe-errors.js';
import { requireSwagger } from './swagger.js';

const MIT = { name: 'MIT', url: 'https://opensource.org/license/mit' };

/** The OpenAPI document that `setupApiDocs` serves. */
export function apiDocument(app: INestApplication, options: ApiDocsOptions = {}): OpenAPIObject {
  const { title = 'Jobs', description = '', version = '1.0', license = MIT, tags = {}, examples = {} } = options;
  const { DocumentBuilder, SwaggerModule } = requireSwagger();
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
      description:
        'The adminToken of JobsDashboardModule, or its viewerToken for reading only. A guard of the host may ask for something else.',
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
