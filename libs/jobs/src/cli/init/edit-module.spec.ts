import { editModule, type Additions } from './edit-module.js';

const ADDITIONS: Additions = {
  imports: [
    { name: 'JobsModule', from: '@monstera/jobs' },
    { name: 'Hello', from: './jobs/hello' },
  ],
  elements: [
    { list: 'imports', text: 'JobsModule.forRoot()' },
    { list: 'providers', text: 'Hello' },
  ],
  entities: false,
};
const HEAD = `import { Module } from '@nestjs/common';\n`;
const ADDED = `import { JobsModule } from '@monstera/jobs';\nimport { Hello } from './jobs/hello';\n`;

const edited = (text: string, additions: Partial<Additions> = {}) => editModule(text, { ...ADDITIONS, ...additions });

describe('the module of an application', () => {
  it.each([
    [
      'has lists in one line',
      '{ imports: [A], providers: [] }',
      '{ imports: [A, JobsModule.forRoot()], providers: [Hello] }',
    ],
    [
      'has lists of lines',
      `{\n  imports: [\n    A, // the last\n    B.forRoot({\n      x: [1],\n    })\n  ],\n  providers: [\n    C,\n  ],\n}`,
      `{\n  imports: [\n    A, // the last\n    B.forRoot({\n      x: [1],\n    }),\n    JobsModule.forRoot(),\n  ],\n  providers: [\n    C,\n    Hello,\n  ],\n}`,
    ],
    ['has no list', '{}', '{\n  imports: [JobsModule.forRoot()],\n  providers: [Hello],}'],
    [
      'has lists within lists, in comments and in texts',
      `{\n  // imports: [X],\n  controllers: [],\n  imports: [A.with({ imports: ['providers: ['] })],\n  providers: [C],\n}`,
      `{\n  // imports: [X],\n  controllers: [],\n  imports: [A.with({ imports: ['providers: ['] }), JobsModule.forRoot()],\n  providers: [C, Hello],\n}`,
    ],
  ])('is extended if it %s', (_, before, after) => {
    const rest = `export class AppModule {}\n`;
    expect(edited(`${HEAD}\n@Module(${before})\n${rest}`)).toBe(`${HEAD}${ADDED}\n@Module(${after})\n${rest}`);
  });

  it('gets its imports behind the last one, which may have several lines, in its style', () => {
    const text = `import {\n  Module,\n} from "@nestjs/common"\nimport {\n  A,\n} from "./a"\n\nconst x = 1\n@Module({ imports: [], providers: [] })\nexport class AppModule {}\n`;
    expect(edited(text)).toContain(
      `import {\n  A,\n} from "./a"\nimport { JobsModule } from "@monstera/jobs"\nimport { Hello } from "./jobs/hello"\n\nconst x = 1\n`,
    );
  });

  it('gets lines for elements of several lines', () => {
    const elements = [{ list: 'imports' as const, text: 'A.forRoot({\n  a: 1,\n})' }];
    expect(edited(`${HEAD}@Module({\n  imports: [],\n})\n`, { imports: [], elements })).toBe(
      `${HEAD}@Module({\n  imports: [\n    A.forRoot({\n      a: 1,\n    }),\n  ],\n})\n`,
    );
  });

  it('keeps its line breaks', () => {
    const text = `${HEAD}@Module({\n  imports: [\n    A,\n  ],\n  providers: [],\n})\nexport class AppModule {}\n`;
    expect(edited(text.replaceAll('\n', '\r\n'))).toBe(edited(text)!.replaceAll('\n', '\r\n'));
  });

  it('gives the entities to TypeORM', () => {
    const text = (entities: string) =>
      `${HEAD}@Module({ imports: [TypeOrmModule.forRoot({ type: 'postgres', entities: [${entities}] })] })\nexport class AppModule {}\n`;
    const additions = { imports: [], elements: [], entities: true };
    expect(editModule(text(''), additions)).toBe(text('...jobsEntities'));
    expect(editModule(text("'dist/*.js'"), additions)).toBe(text("...jobsEntities, 'dist/*.js'"));
    expect(editModule(text('').replace('entities: []', 'entities'), additions)).toBeNull();
  });

  it.each([
    ['two modules', '@Module({})\nclass A {}\n@Module({})\nclass B {}'],
    ['no decorator', 'export class AppModule {}'],
    ['a list that is computed', '@Module({ imports: modules() })\nclass A {}'],
    ['options that are computed', '@Module(options)\nclass A {}'],
  ])('is left alone if it has %s', (_, text) => {
    expect(edited(HEAD + text)).toBeNull();
  });

  it('is left alone if it has no import', () => {
    expect(edited('@Module({})\nclass A {}')).toBeNull();
  });
});
