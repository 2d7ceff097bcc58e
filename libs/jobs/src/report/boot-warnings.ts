import { report } from './report.js';

export interface BootWarning {
  reason: string;
  message: string;
}

/** Settings that work but are probably a mistake. Each is logged once, and kept for the readiness probe. */
export class BootWarnings {
  private readonly found: BootWarning[] = [];

  get all(): readonly BootWarning[] {
    return this.found;
  }

  /** `reason`: a code such as `no_processor`. */
  add(reason: string, message: string): void {
    this.found.push({ reason, message });
    report('boot_warning', { message });
  }
}
