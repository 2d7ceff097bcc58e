import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { httpAdapter } from './http-adapter.js';
import { tryOut } from './try-out.js';

async function main(): Promise<void> {
  const app = await NestFactory.create(AppModule, httpAdapter(), { logger: ['error', 'warn'], abortOnError: false });
  app.enableShutdownHooks();
  console.log(JSON.stringify(await tryOut(app)));
}

main().catch((error: unknown) => {
  console.error(error);
  // An application that has not been closed would keep the process from ending.
  process.exit(1);
});
