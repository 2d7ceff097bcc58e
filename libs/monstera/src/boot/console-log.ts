import { ConsoleLogger, Logger, type LogLevel } from '@nestjs/common';
import type { Environment } from '../environment/environment.js';

/** Nest logs hundreds of lines about modules and routes with these contexts while it boots. They are left out. */
const BOOT_CONTEXTS = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication']);

/** The most severe level first. */
const LEVELS: LogLevel[] = ['fatal', 'error', 'warn', 'log', 'debug'];

/** Logs one JSON object per line in production, and text elsewhere, from the environment's log level on. */
export class ConsoleLog extends ConsoleLogger {
  constructor({ production, logLevel }: Pick<Environment, 'production' | 'logLevel'>) {
    const logLevels = LEVELS.slice(0, LEVELS.indexOf(logLevel) + 1);
    super({ json: production, colors: !production && process.stdout.isTTY === true, logLevels });
    // `Logger.isLevelEnabled()` reads the levels from here, not from the instance.
    Logger.overrideLogger(logLevels);
  }

  override log(message: unknown, ...rest: unknown[]): void {
    if (!BOOT_CONTEXTS.has(String(rest.at(-1)))) super.log(message, ...rest);
  }
}
