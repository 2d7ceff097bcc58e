import { connectionOptions } from '@monstera/database';
import { DataSource } from 'typeorm';
import { countPending } from '../../libs/jobs/src/store/sql/stats-pending.sql.js';
import { countFailed } from '../../libs/jobs/src/store/sql/stats-failed.sql.js';
import { countRunning } from '../../libs/jobs/src/store/sql/stats-running.sql.js';
import { createTestDatabase } from '../support/index.js';
it('x', async () => {
  const database = await createTestDatabase();
  const ds = await new DataSource(connectionOptions({ url: database.url })).initialize();
  await ds.query('alter table jobs set (autovacuum_enabled = false)');
  const ins = (status: string, n: number) => ds.query(`insert into jobs (type, status, scheduled_at, worker_id, started_at, completed_at) select 't'||(n%5), $1::text, now() - random() * interval '1 day', case when $1::text='processing' then gen_random_uuid() end, case when $1::text='processing' then now() end, case when $1::text in ('completed','failed') then now() - random()* interval '20 hours' end from generate_series(1,$2) n`, [status, n]);
  for (const few of [0, 500, 3000, 8000, 12000]) {
    await ds.query('truncate jobs');
    await ins('completed', 200000); 
    for (const s of ['pending','failed','processing']) await ins(s, few);
    await ds.query('analyze jobs');
    for (const s of ['pending','failed','processing']) await ins(s, 100000);
    for (const settings of [false, true]) {
      const out: string[] = [];
      for (const [t, p] of [[countPending.text,[0,['default'],10000]],[countFailed.text,[0,24,10000]],[countRunning.text,[0,10,10000]]] as const)
      await ds.transaction(async (m) => {
        if (settings) await m.query(`select set_config('enable_seqscan','off',true), set_config('enable_bitmapscan','off',true)`);
        const rows = await m.query(`explain (analyze, buffers, timing off) ${t}`, p as unknown[]);
        const lines = rows.map((r: any) => r['QUERY PLAN'] as string).filter((l: string) => /(Scan|Sort ).*jobs|Execution|Sort  /.test(l));
        out.push(lines.join(' | '));
      });
      console.log(few, settings, out.join('\n'));
    }
  }
  await ds.destroy(); await database.drop();
}, 120000);
