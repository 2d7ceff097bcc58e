import type { JobsErrorIssue } from './job/job.errors.js';
import { optionNameIssues, optionNames } from './job/validate/known-options.js';
import { httpIssues, type JobsHttpOptions } from './http/http-options.js';
import { shownValue } from './job/validate/option-checks.js';
import type { JobsModuleExtras } from './jobs.module-definition.js';
import { OPTION_GROUPS } from './jobs.option-groups.js';
import { MODULE_OPTIONS, type JobsModuleOptions } from './jobs.options.js';

/** The options without unknown names, and all issues. */
export interface Checked<T> {
  options: T;
  issues: JobsErrorIssue[];
}

interface Names {
  known: readonly string[];
  suggested: readonly string[];
  /** Names that belong elsewhere, and where. */
  elsewhere?: { names: readonly string[]; where: string };
}

const GROUPS = Object.entries(OPTION_GROUPS) as [keyof typeof OPTION_GROUPS, readonly string[]][];
const SUGGESTED_OPTIONS = [
  ...MODULE_OPTIONS,
  ...GROUPS.flatMap(([group, names]) => names.map((name) => `${group}.${name}`)),
];
const EXTRAS = optionNames<JobsModuleExtras>({ name: true, dataSource: true, isGlobal: true, http: true });
const HTTP = optionNames<JobsHttpOptions>({ path: true, health: true, metrics: true });
const SUGGESTED_EXTRAS = [...EXTRAS, ...HTTP.map((name) => `http.${name}`)];
const MODULE_NAME = /^[\w-]{1,50}$/;
const FACTORIES = ['useFactory', 'useClass', 'useExisting'];
const ASYNC = [...FACTORIES, 'inject', 'imports', 'provideInjectionTokensFrom', ...EXTRAS];

/** Checks the options of `JobsModule.forRoot()`, except the values of the module options. */
export function checkForRoot<T extends JobsModuleExtras>(given: T): Checked<T> {
  const known = [...MODULE_OPTIONS, ...EXTRAS];
  return withExtras(checkNames(given, { known, suggested: [...SUGGESTED_OPTIONS, ...SUGGESTED_EXTRAS] }));
}

/** Checks the options of `JobsModule.forRootAsync()`. Its factory returns the module options later. */
export function checkForRootAsync<T extends JobsModuleExtras>(given: T): Checked<T> {
  const elsewhere = { names: MODULE_OPTIONS, where: 'belongs to what the factory returns' };
  const suggested = [...ASYNC, ...SUGGESTED_EXTRAS];
  const { options, issues } = withExtras(checkNames(given, { known: ASYNC, suggested, elsewhere }));
  if (FACTORIES.some((name) => name in options)) return { options, issues };
  const missing = { path: 'useFactory', message: 'is missing, and so are useClass and useExisting' };
  // Without a factory, Nest would fail before the boot reports the issues.
  return { options: { ...options, useFactory: () => ({}) }, issues: [...issues, missing] };
}

/** Checks the names of the module options, from a factory or from `forRoot()`. */
export function checkModuleOptions(given: JobsModuleOptions): Checked<JobsModuleOptions> {
  const elsewhere = { names: EXTRAS, where: 'is decided where the module is declared: put it beside useFactory' };
  const { options, issues } = checkNames(given, { known: MODULE_OPTIONS, suggested: SUGGESTED_OPTIONS, elsewhere });
  const inGroups = GROUPS.filter(([group]) => options[group] !== undefined).flatMap(([group, names]) =>
    optionNameIssues(group, options[group], names),
  );
  return { options, issues: [...issues, ...inGroups] };
}

function checkNames<T>(given: T, { known, suggested, elsewhere }: Names): Checked<T> {
  const entries = Object.entries(given ?? {});
  const misplaced = entries.filter(([name]) => elsewhere?.names.includes(name));
  const rest =
    misplaced.length === 0 ? given : Object.fromEntries(entries.filter((entry) => !misplaced.includes(entry)));
  const issues = misplaced.map(([path]) => ({ path, message: elsewhere!.where }));
  return {
    options: Object.fromEntries(entries.filter(([name]) => known.includes(name))) as T,
    issues: [...issues, ...optionNameIssues('', rest, known, suggested)],
  };
}

function withExtras<T extends JobsModuleExtras>({ options, issues }: Checked<T>): Checked<T> {
  const { isGlobal, http } = options;
  const named = http === undefined ? [] : optionNameIssues('http', http, HTTP);
  const wrongFlag = isGlobal !== undefined && typeof isGlobal !== 'boolean';
  const flag = wrongFlag ? [{ path: 'isGlobal', message: `must be true or false; it is ${shownValue(isGlobal)}` }] : [];
  const wrong = httpIssues(http ?? {});
  // The controllers are made before the boot reports the issues.
  const mountable = wrong.length > 0 ? {} : (http ?? {});
  const { usable, issues: nameIssues } = moduleNames(options);
  return {
    options: { ...options, ...usable, http: mountable },
    issues: [...issues, ...named, ...flag, ...wrong, ...nameIssues],
  };
}

/** Checks the names in injection tokens. Bad ones are left out, so that the boot gets far enough to report them. */
function moduleNames({ name, dataSource }: JobsModuleExtras) {
  const issues: JobsErrorIssue[] = [];
  if (name !== undefined && !(typeof name === 'string' && MODULE_NAME.test(name)))
    issues.push({ path: 'name', message: 'must be 1 to 50 letters, digits, _ or -' });
  if (dataSource !== undefined && (typeof dataSource !== 'string' || dataSource === ''))
    issues.push({ path: 'dataSource', message: 'must be the name that TypeOrmModule.forRoot() was given' });
  return { usable: issues.length > 0 ? { name: undefined, dataSource: undefined } : {}, issues };
}
