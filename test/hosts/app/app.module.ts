import { jobsEntities, JobsModule, jobsMigrations } from '@monstera/jobs';
import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Greeter, GreetProcessor } from './greet.js';

@Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: process.env.DATABASE_URL,
      entities: [...jobsEntities],
      migrations: [...jobsMigrations],
      migrationsRun: true,
      poolSize: 12,
    }),
    ScheduleModule.forRoot(),
    JobsModule.forRoot(),
  ],
  providers: [Greeter, GreetProcessor],
})
export class AppModule {}
