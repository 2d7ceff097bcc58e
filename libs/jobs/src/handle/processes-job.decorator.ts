import { DiscoveryService } from '@nestjs/core';
import type { JobDefinition } from '../job/job-definition.js';

/** Marks a provider as the `JobProcessor` of a definition. `ProcessorExplorer` finds it at boot. */
export const ProcessesJob = DiscoveryService.createDecorator<JobDefinition>();
