import { Inject, Injectable } from '@nestjs/common';
import { DiscoveryService, ModulesContainer } from '@nestjs/core';
import { JobsConfigurationError } from '../job/job.errors.js';
import { DEFAULT_JOBS_NAME, JOBS_NAME } from '../jobs.options.js';
import { classesOf, nameOf, type Wrapper } from './class-of.js';
import { ForJobs } from './for-jobs.decorator.js';

/** The `JobsModule`s of the application, and which of them each class belongs to. */
@Injectable()
export class JobsModules {
  private readonly names: readonly string[];

  /** Throws `JobsConfigurationError` if two modules have the same name. */
  constructor(
    @Inject(JOBS_NAME) private readonly name: string,
    modules: ModulesContainer,
    private readonly discovery: DiscoveryService,
  ) {
    this.names = [...modules.values()].flatMap(({ providers }) => {
      const found: unknown = providers.get(JOBS_NAME)?.instance;
      return typeof found === 'string' ? [found] : [];
    });
    if (this.names.filter((other) => other === name).length > 1) throw importedTwice(name);
  }

  /** The providers that belong to this module. Throws `JobsConfigurationError` if one names an unknown module. */
  ownProviders(): Wrapper[] {
    return this.discovery.getProviders().filter((provider) => {
      const wanted = wantedBy(provider);
      if (wanted !== undefined && !this.names.includes(wanted))
        throw unknownModule(`${nameOf(provider)} is marked @ForJobs('${wanted}')`, this.names);
      return this.name === (wanted ?? this.nameOfUnmarked);
    });
  }

  private get nameOfUnmarked(): string {
    return this.names.length === 1 ? this.names[0]! : DEFAULT_JOBS_NAME;
  }
}

function wantedBy(provider: Wrapper): string | undefined {
  for (const made of classesOf(provider)) {
    const wanted = Reflect.getMetadata(ForJobs.KEY, made) as string | undefined;
    if (wanted !== undefined) return wanted;
  }
  return undefined;
}

function importedTwice(name: string): JobsConfigurationError {
  const which = name === DEFAULT_JOBS_NAME ? 'without a name' : `with the name "${name}"`;
  return new JobsConfigurationError({
    code: 'JOBS_MODULE_TWICE',
    what: `The application imports two JobsModules ${which}: each would run every job and fire every schedule.`,
    fix:
      'Call JobsModule.forRoot() once, in the root module; it is global, so feature modules need not import it. A second ' +
      "queue needs a name of its own: JobsModule.forRoot({ name: 'billing' }).",
  });
}

function unknownModule(where: string, names: readonly string[]): JobsConfigurationError {
  return new JobsConfigurationError({
    code: 'JOBS_UNKNOWN_MODULE',
    what: `${where}, but no JobsModule has that name. There are: ${names.join(', ')}.`,
    fix: 'Correct the name, or import JobsModule.forRoot() with it.',
  });
}
