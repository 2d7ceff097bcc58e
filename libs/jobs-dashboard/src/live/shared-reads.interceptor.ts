import { Injectable, SetMetadata, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { finalize, from, lastValueFrom, type Observable } from 'rxjs';
import { AdminAccess } from '../access/admin-access.js';
import { headerOf, isReading, type AdminRequest } from '../access/admin-request.js';
import { SharedReads } from './shared-reads.js';

const READS = 'jobs-dashboard:reads';

/** How many transactions an answer of the route takes, about. Default: 1. */
export const TakesReads = (reads: number) => SetMetadata(READS, reads);

/** Also Express's name for the address with all prefixes. */
type AddressedRequest = AdminRequest & { originalUrl?: string };

/**
 * Lets pages share answers. A request takes part with `Cache-Control: max-age=…`: it is content with an answer that is up to
 * two seconds old. All others are read anew.
 */
@Injectable()
export class SharedReadsInterceptor implements NestInterceptor {
  constructor(
    private readonly reads: SharedReads,
    private readonly access: AdminAccess,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<AddressedRequest>();
    if (!isReading(request)) return next.handle().pipe(finalize(() => this.reads.changed()));
    if (!/\bmax-age=[1-9]/.test(headerOf(request, 'cache-control') ?? '')) return next.handle();
    // An answer may depend on the role.
    const key = `${this.access.role(request)} ${request.originalUrl ?? request.url}`;
    const cost = Reflect.getMetadata(READS, context.getHandler()) as number | undefined;
    return from(this.reads.get(key, cost ?? 1, () => lastValueFrom(next.handle())));
  }
}
