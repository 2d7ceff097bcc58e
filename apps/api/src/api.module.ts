import type { Environment, MonsteraModuleOptions } from '@monstera/monstera';
import { MonsteraModule } from '@monstera/monstera';
import { MonthlyReportsHttpModule } from '@monstera/monthly-reports';
import { WeeklyReportsHttpModule } from '@monstera/weekly-reports';
import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';

@Module({})
export class ApiModule {
  static forRoot(environment: Environment, options: MonsteraModuleOptions): DynamicModule {
    return {
      module: ApiModule,
      imports: [MonsteraModule.forRoot(environment, options), WeeklyReportsHttpModule, MonthlyReportsHttpModule],
    };
  }
}
