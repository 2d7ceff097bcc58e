/** What an application is made of, as far as the library can notice. */
export interface Shape {
  nest: 11 | 12;
  typeorm: '0.3' | '1.1';
  modules: 'ESM' | 'CommonJS';
  http: 'Express' | 'Fastify';
}

const NESTS = [11, 12] as const;
const TYPEORMS = ['0.3', '1.1'] as const;
const MODULES = ['ESM', 'CommonJS'] as const;
const HTTPS = ['Express', 'Fastify'] as const;

export const SHAPES: Shape[] = NESTS.flatMap((nest) =>
  TYPEORMS.flatMap((typeorm) => MODULES.flatMap((modules) => HTTPS.map((http) => ({ nest, typeorm, modules, http })))),
);

export const nameOf = ({ nest, typeorm, modules, http }: Shape): string =>
  `Nest ${nest}, TypeORM ${typeorm}, ${modules}, ${http}`;

/** The packages that an application of the shape installs beside the library. */
export function packagesOf({ nest, typeorm }: Pick<Shape, 'nest' | 'typeorm'>): string[] {
  const nestPackages = ['common', 'core', 'platform-express', 'platform-fastify', 'typeorm'];
  return [
    ...nestPackages.map((name) => `@nestjs/${name}@${nest}`),
    `@nestjs/schedule@${nest === 11 ? 6 : 12}`,
    `typeorm@${typeorm}`,
    `typescript@${nest === 11 ? '5.9' : '6.0'}`,
    'pg@8',
    'prom-client@15',
    'reflect-metadata@0.2',
    'rxjs@7',
    'zod@4',
    '@types/node@20',
  ];
}

const DECORATORS = { experimentalDecorators: true, emitDecoratorMetadata: true };
const COMMON = { target: 'ES2023', strict: true, skipLibCheck: true, types: ['node'], rootDir: 'src', outDir: 'dist' };
const LANGUAGE = {
  ESM: { module: 'NodeNext' },
  CommonJS: { module: 'CommonJS', moduleResolution: 'Node', esModuleInterop: true },
};

export interface Tsconfig {
  compilerOptions: Record<string, unknown>;
  include: string[];
}

/** A project's tsconfig.json, as the Nest command line writes it, in short. */
export function tsconfigOf({ nest, modules }: Pick<Shape, 'nest' | 'modules'>): Tsconfig {
  // TypeScript 6 still knows `moduleResolution: node`, and wants to hear that one knows that it goes.
  const silenced = nest === 12 && modules === 'CommonJS' && { ignoreDeprecations: '6.0' };
  return { compilerOptions: { ...COMMON, ...DECORATORS, ...LANGUAGE[modules], ...silenced }, include: ['src'] };
}
