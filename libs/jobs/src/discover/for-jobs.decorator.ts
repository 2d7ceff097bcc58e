import { DiscoveryService } from '@nestjs/core';

/**
 * Assigns a class to the `JobsModule` with this `name`: its `@ProcessesJob`, `@ScheduledJob` and `@OnJobEvent` decorators
 * work for that module. Without it, a class belongs to the only `JobsModule`, or to `default`, the one without a name. A
 * name that no module has stops the boot.
 */
export const ForJobs = DiscoveryService.createDecorator<string>();
