import { Injectable } from '@nestjs/common';

/** Who may do what, as an application knows it from its sessions. */
@Injectable()
export class People {
  private readonly roles: Record<string, string> = { ada: 'operator', vic: 'viewer' };

  roleOf(name: unknown): string | undefined {
    return typeof name === 'string' ? this.roles[name] : undefined;
  }
}
