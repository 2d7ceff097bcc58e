export { connectionOptions } from './connection-options.js';
export type { ConnectionSettings } from './connection-options.js';
export { runningServerUrl } from './embedded-postgres/running-server.js';
export { startEmbeddedPostgres } from './embedded-postgres/start-embedded-postgres.js';
export type { EmbeddedPostgres, EmbeddedPostgresOptions } from './embedded-postgres/start-embedded-postgres.js';
export { StartupError } from './startup.error.js';
export type { StartupErrorParts } from './startup.error.js';
