import { join } from 'node:path';
import { COMMAND } from '../../support/command-name.js';
import { editModule, type Additions } from './edit-module.js';
import { masked } from './masked.js';
import { APP_MODULE, loadsEntities, type Project } from './project.js';
import { PROCESSOR, SAMPLE_FOLDER, sampleFiles } from './samples.js';

export interface Plan {
  /** The sample. A file that is there is left as it is. */
  files: { file: string; text: string }[];
  /** The module with what it needs. Null if it has everything, or cannot be edited. */
  module: { file: string; text: string } | null;
  /** What only a person can do. */
  byHand: string[];
  /** What comes after that. */
  next: string[];
}

const PACKAGES = ['@monstera/jobs', '@nestjs/typeorm', 'typeorm', 'pg', 'zod'];
const JOBS = 'JobsModule.forRoot()';
const TYPEORM = `TypeOrmModule.forRoot({
  type: 'postgres',
  url: process.env.DATABASE_URL,
  entities: [...jobsEntities],
  poolSize: 12,
})`;

/** What is to be done so that the application runs jobs. */
export function planInit(project: Project): Plan {
  const { sourceRoot, appModule } = project;
  const file = join(sourceRoot, APP_MODULE);
  const additions = additionsTo(project);
  const isDone = additions.elements.length === 0 && !additions.entities;
  const text = appModule === null || isDone ? null : editModule(appModule, additions);
  const byHand = isDone || text !== null ? [] : linesFor(file, additions, appModule !== null);
  return {
    files: Object.entries(sampleFiles(project)).map(([name, sample]) => ({
      file: join(sourceRoot, SAMPLE_FOLDER, name),
      text: sample,
    })),
    module: text === null ? null : { file, text },
    byHand: [...byHand, ...elsewhere(project)],
    next: nextSteps(project),
  };
}

/** What app.module.ts does not have yet. */
function additionsTo({ appModule, typeOrmElsewhere, extension }: Project): Additions {
  const code = masked(appModule ?? '');
  const has = (name: string) => new RegExp(`\\b${name}\\b`).test(code);
  const configures = /\bTypeOrmModule\s*\.\s*forRoot/.test(code);
  const needsTypeOrm = !configures && typeOrmElsewhere.length === 0;
  const needsEntities = configures && !loadsEntities(code) && !has('jobsEntities');
  const processorFile = `./${SAMPLE_FOLDER}/send-welcome.processor${extension}`;
  return {
    imports: [
      ...(needsEntities || needsTypeOrm ? [{ name: 'jobsEntities', from: '@monstera/jobs' }] : []),
      { name: 'JobsModule', from: '@monstera/jobs' },
      ...(needsTypeOrm ? [{ name: 'TypeOrmModule', from: '@nestjs/typeorm' }] : []),
      { name: PROCESSOR, from: processorFile },
    ],
    elements: [
      ...(needsTypeOrm ? [{ list: 'imports' as const, text: TYPEORM }] : []),
      ...(has('JobsModule') ? [] : [{ list: 'imports' as const, text: JOBS }]),
      ...(has(PROCESSOR) ? [] : [{ list: 'providers' as const, text: PROCESSOR }]),
    ],
    entities: needsEntities,
  };
}

function linesFor(file: string, { imports, elements, entities }: Additions, isThere: boolean): string[] {
  const of = (list: string) => elements.filter((element) => element.list === list).map(({ text }) => text);
  const into = (list: string) => {
    const texts = of(list);
    return texts.length === 0 ? [] : [`  ${list} of @Module(): ${texts.join(', ')}`];
  };
  return [
    isThere
      ? `${file} is not written so that it can be changed safely. Add to it:`
      : `There is no ${file}. Add to the root module:`,
    ...imports.map(({ name, from }) => `  import { ${name} } from '${from}';`),
    ...into('imports'),
    ...into('providers'),
    ...(entities ? ['  entities of TypeOrmModule.forRoot(): ...jobsEntities'] : []),
  ];
}

/** TypeORM that another file configures has to know the entities too. */
function elsewhere({ typeOrmElsewhere, appModule }: Project): string[] {
  if (appModule !== null && /\bTypeOrmModule\s*\.\s*forRoot/.test(masked(appModule))) return [];
  return typeOrmElsewhere
    .filter(({ loadsEntities: loads }) => !loads)
    .map(({ file }) => `In ${file}, add ...jobsEntities, of @monstera/jobs, to the entities of TypeORM.`);
}

function nextSteps({ packages, runner, drainsOnSigterm }: Project): string[] {
  const missing = PACKAGES.filter((name) => !packages.has(name));
  return [
    ...(missing.length > 0 ? [`npm install ${missing.join(' ')}`] : []),
    `DATABASE_URL=… ${COMMAND} migrate`,
    ...(drainsOnSigterm ? [] : ['In main.ts, call app.enableShutdownHooks(), so that jobs may end on SIGTERM.']),
    ...(runner === 'jest' ? ['Jest needs a transform for ES modules: see "Tests" in docs/use-in-your-app.md.'] : []),
  ];
}
