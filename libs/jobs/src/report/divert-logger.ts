import { Logger } from '@nestjs/common';

/** For the command line: Nest's own logger writes to standard output, which belongs to the answer. */
export function divertLogger(log: (line: string) => void): void {
  const say = (message: unknown) => log(String(message));
  Logger.overrideLogger({ log: say, error: say, warn: say, debug: () => {} });
}
