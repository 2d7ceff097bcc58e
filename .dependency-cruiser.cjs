// Who may import whom; docs/decisions/0007-rooms.md says why. `npm run deps:check` runs this and scripts/check-rooms.mjs.
const ARROWS = require('./scripts/arrows.cjs');

const JOBS = '^libs/jobs/src/';
const SPEC = '\\.spec\\.ts$';

const pathOf = (room) => (room === 'options' ? `${JOBS}jobs\\.option(s|-groups)\\.ts$` : `${JOBS}${room}/`);

const arrows = Object.entries(ARROWS).map(([room, others]) => ({
  name: `jobs-${room}-arrows`,
  comment: `libs/jobs/src: ${room} may import only ${[room, ...others].join(', ')}.`,
  severity: 'error',
  from: { path: pathOf(room), pathNot: SPEC },
  to: { path: JOBS, pathNot: [room, ...others].map(pathOf) },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...arrows,
    {
      name: 'jobs-room-unknown',
      comment: 'A new room of libs/jobs/src needs its arrows here.',
      severity: 'error',
      from: { path: `${JOBS}[^/]+/`, pathNot: Object.keys(ARROWS).map(pathOf) },
      to: {},
    },
    {
      name: 'jobs-cli-is-on-top',
      comment: 'The command line is a program of its own: nothing of it may get into an application.',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: [SPEC, pathOf('cli')] },
      to: { path: pathOf('cli') },
    },
    {
      name: 'jobs-job-is-pure',
      comment: 'The rules of a job know neither Nest nor any I/O, so that they can be read and tested alone.',
      severity: 'error',
      from: { path: pathOf('job'), pathNot: SPEC },
      to: { pathNot: [JOBS, '^(node:)?(crypto|util)$', 'node_modules/(@standard-schema/spec|typeorm)/'] },
    },
    {
      name: 'jobs-typeorm-only-in-entities',
      comment: 'Inside job/, TypeORM is for entities only.',
      severity: 'error',
      from: { path: pathOf('job'), pathNot: [SPEC, '\\.entity\\.ts$'] },
      to: { path: 'node_modules/typeorm/' },
    },
    {
      name: 'jobs-statements-only-in-stores',
      comment:
        'Only store/ sends statements: other rooms call a store. They may import the types of rows. Remedies are for people to run.',
      severity: 'error',
      from: { path: JOBS, pathNot: [pathOf('store'), SPEC] },
      to: {
        path: `${JOBS}store/sql/`,
        pathNot: `${JOBS}store/sql/doctor/remedies\\.ts$`,
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'jobs-entities-are-for-hosts',
      comment: 'The entities are for reading in hosts. Inside the library, a statement in store/sql reads and writes.',
      severity: 'error',
      from: {
        path: JOBS,
        pathNot: [
          `${JOBS}job/tables/`,
          `${JOBS}cli/connect\\.ts$`,
          `${JOBS}index\\.ts$`,
          `${JOBS}jobs\\.module-definition\\.ts$`,
          `${JOBS}store/place-entities\\.ts$`,
          SPEC,
        ],
      },
      to: { path: `${JOBS}job/tables/`, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'jobs-index-is-for-others',
      comment: 'Inside the library everybody imports the file that has what they need.',
      severity: 'error',
      from: { path: JOBS, pathNot: SPEC },
      to: { path: `${JOBS}index\\.ts$` },
    },
    {
      name: 'jobs-stands-alone',
      comment: 'libs/jobs is published: it can import no other library of this repository.',
      severity: 'error',
      from: { path: '^libs/jobs/', pathNot: SPEC },
      to: { path: '^(libs|apps)/', pathNot: '^libs/jobs/' },
    },
    {
      name: 'dashboard-pages-stand-alone',
      comment: 'The pages run in a browser. They know the server by its API only.',
      severity: 'error',
      from: { path: '^libs/jobs-dashboard/web/' },
      to: { path: '^(libs|apps|test)/', pathNot: '^libs/jobs-dashboard/web/' },
    },
    {
      name: 'dashboard-sees-only-jobs',
      comment: 'libs/jobs-dashboard works for any host: all it knows is what libs/jobs publishes.',
      severity: 'error',
      from: { path: '^libs/jobs-dashboard/', pathNot: SPEC },
      to: { path: '^(libs|apps)/', pathNot: ['^libs/jobs-dashboard/', `${JOBS}index\\.ts$`] },
    },
    {
      name: 'dashboard-swagger-is-optional',
      comment: 'A host need not have Swagger: take its decorators from docs/swagger.ts, which loads it if it is there.',
      severity: 'error',
      from: { path: '^libs/jobs-dashboard/src/' },
      to: { path: 'node_modules/@nestjs/swagger/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'not-to-composition',
      comment: 'libs/monstera puts the features together; no library may depend on the whole.',
      severity: 'error',
      from: { path: '^libs/', pathNot: ['^libs/monstera/', SPEC] },
      to: { path: '^libs/monstera/' },
    },
    {
      name: 'libs-not-to-apps',
      comment: 'A library must not know who uses it.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-not-to-apps',
      comment: 'What two applications share is a library.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'only-through-the-index',
      comment: "What is not in a library's index.ts is private to it.",
      severity: 'error',
      from: { path: '^(libs/[^/]+|apps/[^/]+)/' },
      to: { path: '^libs/', pathNot: ['^$1/', '^libs/[^/]+/src/index\\.ts$'] },
    },
    {
      name: 'libs-by-name',
      comment: 'Import another library as @monstera/<name>, as it is once built.',
      severity: 'error',
      from: { path: '^(libs/[^/]+|apps/[^/]+)/' },
      to: { path: '^libs/', pathNot: '^$1/', dependencyTypesNot: ['aliased', 'npm', 'localmodule'] },
    },
    {
      name: 'not-to-tests',
      comment: 'Code that ships must not need what only tests have.',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: SPEC },
      to: { path: ['^test/', SPEC] },
    },
    {
      name: 'not-to-dev-dependency',
      comment:
        'What a production install leaves out cannot be imported at run time; a type may. The built pages contain theirs.',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: [SPEC, '^libs/jobs-dashboard/web/'] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm'], pathNot: 'node_modules/@types/' },
    },
    {
      name: 'no-cycles',
      comment: 'Circular imports between decorated classes throw at load under ES modules.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      comment: 'Installed, spelt right, and declared in a package.json?',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-undeclared-dependency',
      comment: 'A package that package.json does not name may be gone after the next install.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
