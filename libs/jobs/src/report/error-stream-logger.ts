import { ConsoleLogger, type LoggerService, type LogLevel } from '@nestjs/common';

/** Standard output belongs to the answer. */
class ErrorStreamLogger extends ConsoleLogger {
  protected override printMessages(
    messages: unknown[],
    context?: string,
    level?: LogLevel,
    _stream?: 'stdout' | 'stderr',
    stack?: unknown,
  ): void {
    super.printMessages(messages, context, level, 'stderr', stack);
  }
}

/** For commands that boot an application. */
export function errorStreamLogger(): LoggerService {
  return new ErrorStreamLogger({
    logLevels: ['log', 'warn', 'error', 'fatal'],
    colors: process.stderr.isTTY === true,
  });
}
