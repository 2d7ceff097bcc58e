// The second half of `npm run deps:check`: what the graph of imports does not show. In libs/jobs/src, SQL is written in
// store/sql/ and migrations/ only, and only store/ sends it or knows the parameters of a statement. Decisions go by the
// injected clock, and only report/ logs. Other libraries and applications must not name the queue's tables; they use JobService.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
/** The take-over may write the queue's rows too, because it runs like a migration, before any worker. */
const SQL_ROOMS = /^libs\/(jobs\/src\/(store\/sql|migrations)|monstera\/src\/take-over\/sql)\//;
const STORE = 'libs/jobs/src/store/';
/** Match statements and parts of statements, but not sentences about selections and updates. */
const SQL = [
  /\bselect\s[\s\S]*\sfrom\s/i,
  /^\s*select\s+[\w.]+\s*\(/i,
  /\binsert\s+into\s/i,
  /\bupdate\s+\S+\s+(as\s+\S+\s+)?set\s/i,
  /\bdelete\s+from\s/i,
  /\btruncate\s+(table\s+)?\w+\s*$/i,
  /^\s*with\s+(recursive\s+)?\w+\s*(\([^)]*\)\s*)?as\s+(not\s+)?(materialized\s*)?\(/i,
  /\b(create|alter|drop)\s+(or\s+replace\s+)?(unique\s+)?(table|index|function|trigger|view|schema|type)\s/i,
  /^\s*(begin|commit|rollback)\b\s*[\w"]*\s*$/i,
  /^\s*(listen|notify|unlisten|lock\s+table|savepoint|set\s+local)\s+[\w"]+\s*$/i,
];
const TABLES = join(root, 'libs/jobs/src/job/tables');
const TABLE_NAMES = readdirSync(TABLES).flatMap(
  (file) => /@Entity\(\{ name: '(\w+)'/.exec(readFileSync(join(TABLES, file), 'utf8'))?.[1] ?? [],
);
const QUEUE_TABLES = new RegExp(
  `\\b(from|join|into|update|table|truncate)\\s+(only\\s+)?"?(${TABLE_NAMES.join('|')})\\b`,
  'i',
);
/** Methods that build SQL. */
const BUILDERS = new Set(['createQueryBuilder', 'getRepository', 'getTreeRepository']);
/** Methods of an EntityManager that write rows. */
const WRITERS = new Set(
  'save insert upsert update increment decrement delete remove softDelete softRemove restore recover clear'.split(' '),
);
/** `cli/` is a program of its own, and the error is made by processors of the host. */
const READ_TIME = /^libs\/jobs\/src\/(support\/time\/clock\.ts$|job\/dependency-down\.error\.ts$|cli\/)/;
/** Compositions, and time limits of connections, which are of the real time. All others are given a `Clock`. */
const USE_SYSTEM_CLOCK = new Set(
  [
    'jobs.module.ts',
    'lease/heartbeat/heartbeat-thread.ts',
    'migrations/run-migrations.ts',
    'observe/stats/job.repository.ts',
    'store/connection/break-off.ts',
    'store/connection/host-connections.ts',
    'store/connection/retry-contended.ts',
  ].map((file) => `libs/jobs/src/${file}`),
);
const TIMES = new Set(['performance.now', 'Date.now', 'process.hrtime', 'process.hrtime.bigint']);
const USE_THE_CLOCK = 'take a Clock of support/time/clock.ts from the composition';
const LOG_ROOM = 'libs/jobs/src/report/';
const USE_A_STORE = 'write a statement in libs/jobs/src/store/sql and a method of a store';

const isSql = (text) => SQL.some((pattern) => pattern.test(text));

/** Returns the message for a node that breaks a rule, or undefined. */
function offence(file, node) {
  const inJobs = file.startsWith('libs/jobs/src/');
  const offenceInJobs = inJobs
    ? (calls(file, node) ?? knowsParameters(file, node) ?? readsTime(file, node) ?? logs(file, node))
    : undefined;
  if (offenceInJobs) return offenceInJobs;
  if (!ts.isStringLiteralLike(node) && !ts.isTemplateExpression(node)) return undefined;
  const text = ts.isTemplateExpression(node) ? node.getText().slice(1, -1) : node.text;
  if (!isSql(text)) return undefined;
  if (inJobs) return `has SQL; ${USE_A_STORE}`;
  return QUEUE_TABLES.test(text) ? 'writes SQL on the tables of the queue; use JobService or JobRepository' : undefined;
}

/** SQL that is built, or sent by its text. */
function calls(file, node) {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  const { expression, name } = node.expression;
  if (BUILDERS.has(name.text)) return `builds SQL; ${USE_A_STORE}`;
  if (WRITERS.has(name.text) && /manager$/i.test(expression.getText())) return `writes rows; ${USE_A_STORE}`;
  return name.text === 'query' && !file.startsWith(STORE) ? `sends SQL; ${USE_A_STORE}` : undefined;
}

/** The parameters of a statement are a tuple in its own order. Only store/ makes it. */
function knowsParameters(file, node) {
  if (!ts.isImportDeclaration(node) || file.startsWith(STORE)) return undefined;
  if (!/\/store\/sql\//.test(node.moduleSpecifier.text)) return undefined;
  const bindings = node.importClause?.namedBindings;
  const names = bindings && ts.isNamedImports(bindings) ? bindings.elements.map((element) => element.name.text) : [];
  const [params] = names.filter((name) => /params$/i.test(name));
  return params && `knows ${params}, the order of a statement's parameters; give objects to a method of a store`;
}

/** Reads a clock of the system, or brings one in that is not injected. */
function readsTime(file, node) {
  if (READ_TIME.test(file)) return undefined;
  if (ts.isPropertyAccessExpression(node) && TIMES.has(node.getText())) return `reads the time; ${USE_THE_CLOCK}`;
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length)
    return `reads the time; ${USE_THE_CLOCK}`;
  if (!ts.isImportSpecifier(node) || node.name.text !== 'systemClock' || USE_SYSTEM_CLOCK.has(file)) return undefined;
  return `imports systemClock; ${USE_THE_CLOCK}`;
}

/** Only one room turns facts into lines. */
function logs(file, node) {
  if (file.startsWith(LOG_ROOM) || !ts.isImportSpecifier(node)) return undefined;
  if (node.isTypeOnly || node.parent.parent.isTypeOnly) return undefined;
  const name = (node.propertyName ?? node.name).text;
  return /^(Console)?Logger(Service)?$/.test(name) ? `logs; call report() of ${LOG_ROOM}report.ts` : undefined;
}

function offencesIn(file) {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const found = [];
  const visit = (node) => {
    const why = offence(file, node);
    if (why) found.push({ file, line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1, why });
    else ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function sources() {
  const projects = ['apps', 'libs'].flatMap((group) => readdirSync(join(root, group)).map((name) => join(group, name)));
  const names = projects.flatMap((project) =>
    readdirSync(join(root, project), { recursive: true }).map((name) => join(project, name)),
  );
  const files = names.map((name) => relative(root, join(root, name)).split(sep).join('/'));
  return files.filter((file) => /^[^/]+\/[^/]+\/src\/.*(?<!\.spec)(?<!\.d)\.tsx?$/.test(file) && !SQL_ROOMS.test(file));
}

const files = sources();
const offences = files.flatMap(offencesIn);
for (const { file, line, why } of offences) console.error(`${file}:${line} ${why}`);
console.log(
  offences.length === 0
    ? `No SQL, parameters, readings of the time or log lines outside their rooms (${files.length} files)`
    : '',
);
process.exitCode = offences.length === 0 ? 0 : 1;
