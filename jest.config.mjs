import { readFileSync } from 'node:fs';

const swc = JSON.parse(readFileSync(new URL('.swcrc', import.meta.url), 'utf8'));

/** Jest on Node < 24.9 cannot require ES modules from its sandbox: these packages are compiled to CommonJS like our own code. */
const ESM_PACKAGES = ['@nestjs', 'file-type', 'strtok3', 'token-types', 'uint8array-extras', '@tokenizer', '@borewit'];

/** @type {import('jest').Config} */
const shared = {
  testEnvironment: 'node',
  roots: ['<rootDir>/libs', '<rootDir>/apps', '<rootDir>/test'],
  modulePathIgnorePatterns: ['/dist/'],
  // These install packages from the registry, for minutes: npm run test:hosts.
  testPathIgnorePatterns: ['/node_modules/', '/test/hosts/'],
  transform: { '\\.(ts|mjs|js)$': ['@swc/jest', { ...swc, swcrc: false, module: { type: 'commonjs' } }] },
  transformIgnorePatterns: [`/node_modules/(?!(${ESM_PACKAGES.join('|')})/)`],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^@monstera/([^/]+)$': '<rootDir>/libs/$1/src/index.ts',
  },
  collectCoverageFrom: ['libs/jobs/src/**/*.ts', '!**/*.spec.ts'],
};

/** @type {import('jest').Config} */
export default {
  projects: [
    { ...shared, testMatch: ['**/*.spec.ts', '!**/*.timing.spec.ts'] },
    // How soon something happens can be measured only while no other spec has the processors.
    { ...shared, testMatch: ['**/*.timing.spec.ts'], runner: '<rootDir>/test/support/alone-runner.mjs' },
  ],
  reporters: ['default', '<rootDir>/scripts/closing-line.mjs'],
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  // Two even on two cores, where Jest would take one: the slow suites mostly wait, for leases and retries.
  maxWorkers: 2,
  testTimeout: 30_000,
  coverageProvider: 'v8',
  coverageThreshold: { './libs/jobs/src/': { lines: 90 } },
};
