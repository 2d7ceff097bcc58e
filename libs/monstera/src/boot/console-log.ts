import { ConsoleLogger } from '@nestjs/common';

/** What Nest says about every module and route while it boots; hundreds of lines that drown the first start. */
const BOOT_CONTEXTS = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication']);

/** One JSON object a line in production, text for people elsewhere. */
export class ConsoleLog extends ConsoleLogger {
  constructor({ production }: { production: boolean }) {
    super({ json: production, colors: !production && process.stdout.isTTY === true });
  }

  override log(message: unknown, ...rest: unknown[]): void {
    if (!BOOT_CONTEXTS.has(String(rest.at(-1)))) super.log(message, ...rest);
  }
}
