import { CreateJobs1790000000000 } from './1790000000000-create-jobs.js';
import { CreateFleet1790000000001 } from './1790000000001-create-fleet.js';

/** For the host's `TypeOrmModule.forRoot({ migrations })`. */
export const jobsMigrations = [CreateJobs1790000000000, CreateFleet1790000000001];
