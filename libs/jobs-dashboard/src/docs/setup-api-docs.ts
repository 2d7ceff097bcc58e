import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

export interface ApiDocsOptions {
  /** Default `Jobs`. */
  title?: string;
  description?: string;
  /** Of the API. Default `1.0`. */
  version?: string;
}

/**
 * Serves the OpenAPI document of the whole application at `/docs`, and as JSON at `/docs-json`. Anybody who reaches the
 * application can read it.
 */
export function setupApiDocs(app: INestApplication, options: ApiDocsOptions = {}): void {
  const { title = 'Jobs', description = '', version = '1.0' } = options;
  const config = new DocumentBuilder()
    .setTitle(title)
    .setDescription(description)
    .setVersion(version)
    .addBearerAuth()
    .build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, config));
}
