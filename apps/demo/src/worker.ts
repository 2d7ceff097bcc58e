import { NestFactory } from '@nestjs/core';
import { DemoModule } from './demo.module.js';

/** A worker process of its own. Its parent kills it now and then, as an out-of-memory killer would. */
const [databaseUrl] = process.argv.slice(2);
// The parent is gone, and removes the database.
process.once('disconnect', () => process.exit(0));
// Ctrl-C reaches every process of the terminal. The parent decides when this one ends.
process.on('SIGINT', () => undefined);
await NestFactory.createApplicationContext(DemoModule.forRoot({ databaseUrl: databaseUrl!, role: 'worker' }), {
  logger: ['fatal'],
});
