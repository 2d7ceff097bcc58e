import { DiscoveryService } from '@nestjs/core';

/**
 * Says which `JobsModule` a class works for, by its `name`: as a `@ProcessesJob` processor, by its `@ScheduledJob` and by its
 * `@OnJobEvent` methods. `default` is the module without a name. A class without this decorator works for `default`, or for
 * the only `JobsModule` of the application. A name that no module has stops the boot.
 */
export const ForJobs = DiscoveryService.createDecorator<string>();
