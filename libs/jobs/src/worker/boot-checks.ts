import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { JOBS_OPTIONS, type JobsOptions } from '../jobs.options.js';
import { DefinitionRegistry } from '../handle/definition.registry.js';
import { BootWarnings } from '../report/boot-warnings.js';
import { noProcessor, queuesLookWrong } from './boot-advice.js';
import { watchForSigterm } from './shutdown-signal.js';
import { SlotSetting } from './slot-setting.js';
import { report } from '../report/report.js';

/** Warns at boot about settings that are probably mistakes. */
@Injectable()
export class BootChecks implements OnApplicationBootstrap, OnModuleDestroy {
  private timer?: NodeJS.Timeout;

  constructor(
    @Inject(JOBS_OPTIONS) private readonly options: JobsOptions,
    private readonly registry: DefinitionRegistry,
    private readonly setting: SlotSetting,
    private readonly warnings: BootWarnings,
  ) {}

  onApplicationBootstrap(): void {
    const { role, queues } = this.options;
    if (role === 'producer') return;
    if (this.setting.whyIdle !== null) return this.warnings.add('no_processor', noProcessor(role));
    const processed = this.registry.allProcessors().map(({ definition }) => definition);
    const wrong = queuesLookWrong(queues, processed);
    if (wrong) this.warnings.add('queues_unknown', wrong);
    this.timer = watchForSigterm(() => report('no_sigterm_listener'));
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
  }
}
