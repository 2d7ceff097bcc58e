import { StartupError } from '@monstera/database';
import type { INestApplication } from '@nestjs/common';
import type { AddressInfo } from 'node:net';

export interface ListenOptions {
  host: string;
  port: number;
  /** The environment variable of the port. The error names it if the port is in use. */
  variable: 'PORT' | 'JOBS_HEALTH_PORT';
}

/**
 * Listens and returns the application's URL on this machine.
 *
 * @throws StartupError `MONSTERA_PORT_TAKEN`, `MONSTERA_CANNOT_LISTEN`.
 */
export async function listen(app: INestApplication, options: ListenOptions): Promise<string> {
  const { host, port } = options;
  await app.listen(port, host).catch((cause: NodeJS.ErrnoException) => {
    throw listenError(cause, options);
  });
  const address = app.getHttpServer().address() as AddressInfo;
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${address.port}`;
}

function listenError(cause: NodeJS.ErrnoException, { host, port, variable }: ListenOptions): Error {
  if (cause.code === 'EADDRINUSE') {
    return new StartupError({
      code: 'MONSTERA_PORT_TAKEN',
      what: `Port ${port} on ${host} is used by another program.`,
      fix: `Stop that program, or choose another port: ${variable}=${port + 1} npm start`,
      cause,
    });
  }
  return new StartupError({
    code: 'MONSTERA_CANNOT_LISTEN',
    what: `Port ${port} on ${host} cannot be opened: ${cause.message}`,
    fix: `Choose an address of this machine with HOST and a port above 1023 with ${variable}.`,
    cause,
  });
}
