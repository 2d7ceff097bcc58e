import { Logger, type LoggerService } from '@nestjs/common';

/** The logger that a processor gets: Nest's, with the job's type as context and its id on each line. */
export class JobLogger implements LoggerService {
  private readonly logger: Logger;
  private readonly params: { jobId: string };

  constructor(type: string, jobId: string) {
    this.logger = new Logger(type);
    this.params = { jobId };
  }

  log(message: unknown, ...more: unknown[]): void {
    this.logger.log(message, ...more, this.params);
  }

  error(message: unknown, ...more: unknown[]): void {
    this.logger.error(message, ...more, this.params);
  }

  warn(message: unknown, ...more: unknown[]): void {
    this.logger.warn(message, ...more, this.params);
  }

  debug(message: unknown, ...more: unknown[]): void {
    this.logger.debug(message, ...more, this.params);
  }

  verbose(message: unknown, ...more: unknown[]): void {
    this.logger.verbose(message, ...more, this.params);
  }

  fatal(message: unknown, ...more: unknown[]): void {
    this.logger.fatal(message, ...more, this.params);
  }
}
