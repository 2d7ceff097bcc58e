import { packagesOf, type Shape } from './shapes.js';

/** What a row of the page's table of tools is about. */
export interface ToolShape {
  tool: string;
  what: string;
}

export interface BundleShape extends ToolShape {
  tool: 'esbuild' | 'webpack' | 'rspack';
  what: Shape['modules'];
}

export const BUNDLES: BundleShape[] = [
  { tool: 'esbuild', what: 'ESM' },
  { tool: 'esbuild', what: 'CommonJS' },
  { tool: 'webpack', what: 'CommonJS' },
  { tool: 'rspack', what: 'ESM' },
  { tool: 'rspack', what: 'CommonJS' },
];

export interface TypeCheckShape extends ToolShape {
  /** Of package.json and so of the files, as far as TypeScript asks. */
  modules: Shape['modules'];
  options: Record<string, unknown>;
}

export const TYPE_CHECKS: TypeCheckShape[] = [
  {
    tool: 'TypeScript',
    what: '`"moduleResolution": "bundler"`, `"module": "ESNext"`',
    modules: 'ESM',
    options: { module: 'ESNext', moduleResolution: 'bundler' },
  },
  {
    tool: 'TypeScript',
    what: '`"moduleResolution": "bundler"`, `"module": "Preserve"`',
    modules: 'CommonJS',
    options: { module: 'Preserve', moduleResolution: 'bundler' },
  },
  { tool: 'TypeScript', what: '`"module": "NodeNext"`, ESM', modules: 'ESM', options: { module: 'NodeNext' } },
  {
    tool: 'TypeScript',
    what: '`"module": "NodeNext"`, CommonJS',
    modules: 'CommonJS',
    options: { module: 'NodeNext' },
  },
  {
    tool: 'TypeScript',
    what: '`"moduleResolution": "node"`, CommonJS',
    modules: 'CommonJS',
    // TypeScript 6 still knows it, and wants to hear that one knows that it goes.
    options: { module: 'CommonJS', moduleResolution: 'node', esModuleInterop: true, ignoreDeprecations: '6.0' },
  },
];

export interface TestRunnerShape extends ToolShape {
  tool: 'Jest' | 'Vitest';
  nest: Shape['nest'];
  modules: Shape['modules'];
}

export const TEST_RUNNERS: TestRunnerShape[] = [
  { tool: 'Jest', what: 'Nest 11, CommonJS', nest: 11, modules: 'CommonJS' },
  { tool: 'Jest', what: 'Nest 12, CommonJS', nest: 12, modules: 'CommonJS' },
  { tool: 'Vitest', what: 'Nest 12, ESM', nest: 12, modules: 'ESM' },
];

export const TOOL_SHAPES: ToolShape[] = [...BUNDLES, ...TYPE_CHECKS, ...TEST_RUNNERS];

/** The newest Vitest asks for Node 22. */
const VITEST = Number.parseInt(process.versions.node) < 22 ? 4 : 5;
const NEST_CLI = ['@nestjs/cli@12', 'webpack-node-externals@3', 'tsconfig-paths-webpack-plugin@4'];

const TOOLS = {
  esbuild: ['esbuild@0.28', '@types/pg@8'],
  webpack: [...NEST_CLI, 'webpack@5', 'ts-loader@9', 'fork-ts-checker-webpack-plugin@9'],
  rspack: [...NEST_CLI, '@rspack/core@2'],
  Jest: ['jest@30', 'ts-jest@29', '@swc/core@1', '@swc/jest@0.2', '@types/jest@30'],
  Vitest: [`vitest@${VITEST}`, 'vite@8', 'unplugin-swc@2', '@swc/core@1'],
};

/** The packages that an application installs beside the library to be made or tested by the tool. */
export function packagesWith(tool: keyof typeof TOOLS, nest: Shape['nest'] = 12): string[] {
  return [...packagesOf({ nest, typeorm: '1.1' }), `@nestjs/testing@${nest}`, ...TOOLS[tool]];
}
