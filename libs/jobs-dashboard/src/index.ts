export { JobsDashboardModule } from './jobs-dashboard.module.js';
export type { JobsDashboardOptions } from './dashboard.options.js';
export { setupApiDocs } from './docs/setup-api-docs.js';
export type { ApiDocsOptions } from './docs/setup-api-docs.js';
