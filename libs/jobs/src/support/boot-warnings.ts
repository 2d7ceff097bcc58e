import { Logger } from '@nestjs/common';

export interface BootWarning {
  reason: string;
  message: string;
}

/** Settings that work but are probably a mistake. Each is logged once, and kept for the readiness probe. */
export class BootWarnings {
  private readonly logger = new Logger('Jobs');
  private readonly found: BootWarning[] = [];

  get all(): readonly BootWarning[] {
    return this.found;
  }

  /** `reason`: a code such as `no_processor`. */
  add(reason: string, message: string): void {
    this.found.push({ reason, message });
    this.logger.warn(message);
  }
}
