export { eventually } from './eventually.js';
export { createTestPool } from './test-pool.js';
export { createTestDatabase } from './test-database.js';
export type { TestDatabase } from './test-database.js';
