import {
  Inject,
  Injectable,
  type CanActivate,
  type ExecutionContext,
  type OnModuleInit,
  type Type,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { isObservable, lastValueFrom } from 'rxjs';
import type { JobsDashboardOptions } from '../dashboard.options.js';
import { DASHBOARD_OPTIONS } from '../jobs-dashboard.module-definition.js';

/** Nest has no public name for this error. */
const UNKNOWN = /Nest could not find .* element/;

/** The guard that the host has given instead of tokens. */
@Injectable()
export class HostGuard implements OnModuleInit {
  private guard: CanActivate | undefined;

  constructor(
    @Inject(DASHBOARD_OPTIONS) private readonly options: Pick<JobsDashboardOptions, 'guard'>,
    private readonly moduleRef: ModuleRef,
  ) {}

  async onModuleInit(): Promise<void> {
    const { guard } = this.options;
    this.guard = typeof guard === 'function' ? await this.instanceOf(guard) : guard;
  }

  /** False if the host has given none. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const result = this.guard?.canActivate(context) ?? false;
    return isObservable(result) ? lastValueFrom(result) : result;
  }

  /** The provider of the host if there is one, so that both share what it keeps. */
  private async instanceOf(guard: Type<CanActivate>): Promise<CanActivate> {
    try {
      return this.moduleRef.get(guard, { strict: false });
    } catch (error) {
      if (!UNKNOWN.test(String(error))) throw error;
      return this.moduleRef.create(guard);
    }
  }
}
