import 'reflect-metadata';
import { VersioningType } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import helmet from 'helmet';
import { AppModule } from './app.module.js';
import { httpAdapter } from './http-adapter.js';

async function main(): Promise<void> {
  const app = await NestFactory.create(AppModule, httpAdapter(), { logger: ['error', 'warn'], abortOnError: false });
  app.use(helmet());
  const prefix = process.env.PREFIX;
  if (prefix) {
    const exclude = process.env.OUTSIDE ? ['ops/queue', 'ops/queue/*path'] : [];
    app.setGlobalPrefix(prefix, { exclude });
    app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
  }
  const document = () => SwaggerModule.createDocument(app, new DocumentBuilder().build());
  // Its pages would need one more package on Fastify.
  SwaggerModule.setup('docs', app, document, { ui: false });
  app.enableShutdownHooks();
  await app.listen(0, '127.0.0.1');
  console.log(JSON.stringify({ address: await app.getUrl() }));
}

main().catch((error: unknown) => {
  console.error(error);
  // An application that has not been closed would keep the process from ending.
  process.exit(1);
});
