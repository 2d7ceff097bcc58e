import { ConsoleLogger, Logger, type LogLevel } from '@nestjs/common';
import type { Environment } from '../environment/environment.js';

/** What Nest says about every module and route while it boots; hundreds of lines that drown the first start. */
const BOOT_CONTEXTS = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication']);

/** From the gravest on. */
const LEVELS: LogLevel[] = ['fatal', 'error', 'warn', 'log', 'debug'];

/** One JSON object a line in production, text for people elsewhere; nothing below the environment's log level. */
export class ConsoleLog extends ConsoleLogger {
  constructor({ production, logLevel }: Pick<Environment, 'production' | 'logLevel'>) {
    const logLevels = LEVELS.slice(0, LEVELS.indexOf(logLevel) + 1);
    super({ json: production, colors: !production && process.stdout.isTTY === true, logLevels });
    // Nest answers whether a level is on from here, not from the logger: code that asks need not even make the line.
    Logger.overrideLogger(logLevels);
  }

  override log(message: unknown, ...rest: unknown[]): void {
    if (!BOOT_CONTEXTS.has(String(rest.at(-1)))) super.log(message, ...rest);
  }
}
