import { Injectable } from '@nestjs/common';
import { DiscoveryService, ModulesContainer } from '@nestjs/core';
import { JobsConfigurationError } from '../job/job.errors.js';
import { BootWarnings } from '../report/boot-warnings.js';
import { classesOf, nameOf, type Wrapper } from './class-of.js';
import { decoratedMethods } from './decorated-methods.js';

/** A method decorator: its name for messages, and the key of its metadata. */
export interface MethodDecoratorKey {
  name: string;
  key: symbol;
}

export interface FoundMethod<T, A> {
  /** `Class.method`, for messages. */
  where: string;
  metadata: T;
  call: (argument: A) => unknown;
}

type Callable = Record<string | symbol, (argument: unknown) => unknown>;

/** Finds the methods of providers that have a decorator. Reports those that cannot be used instead of ignoring them. */
@Injectable()
export class MethodExplorer {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly modules: ModulesContainer,
    private readonly warnings: BootWarnings,
  ) {}

  /**
   * Finds the decorated methods of these providers. Throws `JobsConfigurationError` for a method that cannot be called:
   * it is static, its provider is not a singleton, or a property of the instance hides it. Warns about a method of a
   * controller or an enhancer, because it is not called.
   */
  find<T, A>(decorator: MethodDecoratorKey, providers: readonly Wrapper[]): FoundMethod<T, A>[] {
    const seen = new Set<unknown>();
    const found = providers.flatMap((wrapper) => {
      const { instance } = wrapper as { instance: unknown };
      if (wrapper.isAlias || (isObject(instance) && seen.has(instance))) return [];
      seen.add(instance);
      return methodsOf<T, A>(wrapper, decorator);
    });
    this.warnOfOthers(decorator);
    return found;
  }

  private warnOfOthers({ name: decorator, key }: MethodDecoratorKey): void {
    const provided = new Set(this.discovery.getProviders().flatMap(classesOf));
    const others = [...this.modules.values()].flatMap(({ controllers, injectables }) => [
      ...controllers.values(),
      ...injectables.values(),
    ]);
    for (const made of new Set(others.flatMap(classesOf).filter((each) => !provided.has(each))))
      for (const { name } of decoratedMethods(prototypeOf(made), key))
        this.warnings.add(
          'ignored_decorator',
          `${decorator} on ${made.name}.${String(name)} does nothing, because only methods of providers are called. ` +
            'Move the method to a provider.',
        );
  }
}

function methodsOf<T, A>(wrapper: Wrapper, decorator: MethodDecoratorKey): FoundMethod<T, A>[] {
  const { instance } = wrapper as { instance: unknown };
  refuseStatic(wrapper, decorator);
  const scoped = wrapper.isTransient || !wrapper.isDependencyTreeStatic();
  const [made] = classesOf(wrapper);
  const prototype = scoped ? made && prototypeOf(made) : prototypeOfInstance(instance);
  const methods = prototype ? decoratedMethods<T>(prototype, decorator.key) : [];
  return methods.map(({ name, metadata }) => {
    const where = `${nameOf(wrapper)}.${String(name)}`;
    if (scoped) throw notSingleton(where, wrapper, decorator);
    if (typeof (instance as Callable)[name] !== 'function') throw hidden(where, decorator);
    return { where, metadata, call: (argument) => (instance as Callable)[name]!(argument) };
  });
}

function refuseStatic(wrapper: Wrapper, decorator: MethodDecoratorKey): void {
  for (const made of classesOf(wrapper))
    for (const { name } of decoratedMethods(made, decorator.key))
      throw new JobsConfigurationError({
        code: 'JOBS_STATIC_METHOD',
        what: `${decorator.name} on ${made.name}.${String(name)}: a static method has no provider.`,
        fix: 'Make it a method of the instance.',
      });
}

function notSingleton(where: string, wrapper: Wrapper, { name }: MethodDecoratorKey): JobsConfigurationError {
  const why = wrapper.isTransient ? 'is transient' : 'is request-scoped or depends on a request-scoped provider';
  return new JobsConfigurationError({
    code: 'JOBS_METHOD_NOT_SINGLETON',
    what: `${name} on ${where}: its class ${why}, so there is no instance to call.`,
    fix: 'Move the method to a singleton. It can resolve scoped providers with ModuleRef, or enqueue a job with a request-scoped processor.',
  });
}

function hidden(where: string, { name }: MethodDecoratorKey): JobsConfigurationError {
  return new JobsConfigurationError({
    code: 'JOBS_METHOD_NOT_CALLABLE',
    what: `${name} on ${where}: a property of the instance that is not a function hides the method.`,
    fix: 'Rename one of them.',
  });
}

function isObject(instance: unknown): instance is object {
  return typeof instance === 'object' && instance !== null;
}

function prototypeOf(made: object): object {
  const { prototype } = made as { prototype?: unknown };
  return isObject(prototype) ? prototype : {};
}

function prototypeOfInstance(instance: unknown): object | null {
  try {
    return isObject(instance) ? Reflect.getPrototypeOf(instance) : null;
  } catch {
    return null;
  }
}
