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
    // The host's own instance if there is one, so that both share what it keeps.
    this.guard = typeof guard === 'function' ? (this.provided(guard) ?? (await this.moduleRef.create(guard))) : guard;
  }

  /** False if the host has given none. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const result = this.guard?.canActivate(context) ?? false;
    return isObservable(result) ? lastValueFrom(result) : result;
  }

  /** Null if no module of the host provides it. */
  private provided(guard: Type<CanActivate>): CanActivate | null {
    try {
      return this.moduleRef.get(guard, { strict: false });
    } catch (error) {
      if (UNKNOWN.test(String(error))) return null;
      throw error;
    }
  }
}
