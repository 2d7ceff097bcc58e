import pg from 'pg';
import { claimJobs } from '../../libs/jobs/src/store/sql/claim-jobs.sql.js';
import { settleJobs } from '../../libs/jobs/src/store/sql/settle-jobs.sql.js';
import { createTestDatabase } from '../support/index.js';
const W = '019a0000-0000-7000-8000-00000000beef';
const lit = (v: unknown): string => Array.isArray(v) ? pg.escapeLiteral(`{${v.map((i) => JSON.stringify(i)).join(',')}}`) : pg.escapeLiteral(String(v));
const claimB = claimJobs.text.replace('from due\n', 'from unnest(array(select id from due)) as due (id)\n');
const claimC = claimJobs.text.replace('  from due\n  where j.shard = $1 and j.id = due.id', '  where j.shard = $1 and j.id = any (array(select id from due))');
const settleB = settleJobs.text.replace(/\$(\d+)::(\w+)\[\]/g, '(select $$$1::$2[])');
const settleC = settleJobs.text.replace('where j.shard = $1 and j.id = o.id', 'where j.shard = $1 and j.id = any ($3::uuid[]) and j.id = o.id');
const settleD = settleB.replace('where j.shard = $1 and j.id = o.id', 'where j.shard = $1 and j.id = any ($3::uuid[]) and j.id = o.id');
it('x', async () => {
  console.log(new Set([claimJobs.text, claimB, claimC, settleJobs.text, settleB, settleC, settleD]).size);
  const out: string[] = [];
  for (const n of [1000, 3000, 6000, 15_000, 30_000, 60_000]) {
    const db = await createTestDatabase();
    const c = new pg.Client({ connectionString: db.url }); await c.connect();
    await c.query('alter table jobs set (autovacuum_enabled = false)');
    await c.query(`insert into jobs (type, queue, priority, scheduled_at) select 't', (array['default', 'mail', 'reports'])[1 + n % 3], n % 10, now() - n * interval '1 second' from generate_series(1, ${n}) as n; insert into jobs (type, status, worker_id, started_at, attempts, run) select 'running', 'processing', '${W}', now(), 1, 1 from generate_series(1, 500)`);
    const ids = (await c.query(`select id from jobs where status = 'processing'`)).rows.map((r) => r.id);
    const e = (v: unknown) => ids.map(() => v);
    const lanes = Array.from({ length: 10 }, (_, p) => ['default', 'mail', 'reports'].map((queue) => ({ queue, p }))).flat();
    const cp = (l: number) => [0, l, W, lanes.map((x) => x.queue), lanes.map((x) => x.p), lanes.map(() => '-infinity'), lanes.map(() => '00000000-0000-0000-0000-000000000000')];
    const sp = [0, W, ids, e(1), e('completed'), e(0), e(false), e('oops'), e(false), e('{}')];
    for (const stats of ['none', 'fresh']) {
      if (stats === 'fresh') await c.query('analyze jobs');
      for (const [name, text, params] of [['claimA', claimJobs.text, cp(500)], ['claimB', claimB, cp(500)], ['claimC', claimC, cp(500)], ['settleA', settleJobs.text, sp], ['settleB', settleB, sp], ['settleC', settleC, sp], ['settleD', settleD, sp]] as const) {
        let line = `${n} ${stats} ${name}:`;
        for (const mode of ['force_custom_plan', 'force_generic_plan', 'auto']) {
          await c.query('deallocate all'); await c.query(`prepare p as ${text}`); await c.query(`set plan_cache_mode = ${mode}`);
          const times: number[] = []; let plan = '';
          for (let i = 0; i < 9; i++) {
            await c.query('begin');
            const r = (await c.query(`explain (analyze, timing off, format json) execute p(${params.map(lit).join(', ')})`)).rows[0]['QUERY PLAN'][0];
            await c.query('rollback');
            times.push(r['Execution Time'] + r['Planning Time']);
            const nodes: any[] = []; const walk = (x: any) => { nodes.push(x); (x.Plans ?? []).forEach(walk); }; walk(r.Plan);
            plan = nodes.filter((x) => x['Node Type'].includes('Join') || x['Node Type'] === 'Nested Loop' || (x['Relation Name'] === 'jobs' && x['Node Type'] !== 'ModifyTable' && x['Index Name'] !== 'jobs_due')).map((x) => `${x['Node Type'].replace('Index Scan', 'IS').replace('Bitmap Heap Scan', 'BHS').replace('Nested Loop','NL')}${x['Index Name'] ? '!' : ''}`).join('/');
          }
          times.sort((a, b) => a - b);
          line += `  ${mode.slice(6, 9) || 'auto'} ${times[4]!.toFixed(0)} ${plan}`;
        }
        out.push(line);
      }
    }
    await c.end(); await db.drop();
  }
  console.log(out.join('\n'));
}, 120000);
