import type { HostProject } from './host-project.js';
import type { BundleShape } from './tool-shapes.js';

type Modules = BundleShape['what'];

const NEST_BUILD = ['node_modules/@nestjs/cli/bin/nest.js', 'build', '--builder'];

const BUNDLERS = {
  esbuild: {
    config: 'bundle.mjs',
    args: ['bundle.mjs'],
    program: { ESM: 'bundle/main.mjs', CommonJS: 'bundle/main.cjs' },
    /** What is inside, and so need not be there when the bundle runs. */
    inside: 'node_modules',
  },
  webpack: {
    config: 'webpack.config.cjs',
    args: [...NEST_BUILD, 'webpack', '--webpackPath', 'webpack.config.cjs'],
    program: { ESM: 'dist/main.js', CommonJS: 'dist/main.js' },
    inside: 'node_modules/@monstera',
  },
  rspack: {
    config: 'rspack.config.mjs',
    args: [...NEST_BUILD, 'rspack', '--rspackPath', 'rspack.config.mjs'],
    program: { ESM: 'dist/main.js', CommonJS: 'dist/main.js' },
    inside: 'node_modules/@monstera',
  },
};

/** Makes a bundle of an application as the page for applications says, and runs it. */
export class Bundler {
  private modules: Modules = 'ESM';

  constructor(
    private readonly tool: BundleShape['tool'],
    private readonly project: HostProject,
  ) {}

  async bundle(modules: Modules, { withoutThread = false } = {}): Promise<void> {
    this.modules = modules;
    const { config, args } = BUNDLERS[this.tool];
    await this.project.writeApp({ nest: 12, modules, http: 'Express' });
    await this.project.writeFromPage(config, (text) => configFor(text, modules, withoutThread));
    if (this.tool === 'esbuild') await this.compileWithDriver();
    await this.project.run(process.execPath, args);
  }

  /** With nothing in node_modules that is inside the bundle. */
  run(databaseUrl: string): Promise<string> {
    const { program, inside } = BUNDLERS[this.tool];
    return this.project.without(inside, () =>
      this.project.run(process.execPath, [program[this.modules]], { DATABASE_URL: databaseUrl }),
    );
  }

  private async compileWithDriver(): Promise<void> {
    await this.project.edit('src/app.module.ts', (text) =>
      `import pg from 'pg';\n${text}`.replace("type: 'postgres',", '$& driver: pg,'),
    );
    await this.project.compile();
  }
}

/** The page shows what makes ES modules, and says in comments what CommonJS needs in place of a line. */
function configFor(text: string, modules: Modules, withoutThread: boolean): string {
  const lines = text.split('\n').filter((line) => !withoutThread || !line.includes("'heartbeat-thread':"));
  if (modules === 'ESM') return lines.join('\n');
  return lines.map((line) => line.replace(/^( *).* \/\/ CommonJS: (.*)$/, '$1$2')).join('\n');
}
