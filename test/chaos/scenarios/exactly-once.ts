import type { Scenario } from '../scenario.js';
import { killOneByOne } from './kill.js';

const ACCOUNTS = 16;
const AMOUNT = 7;

export const exactlyOnce: Scenario = {
  name: 'exactly-once',
  promise: 'What a handler writes in context.transaction() happens once, however often its worker is killed',
  faults: { smoke: 2, reduced: 10, full: 200 },
  async run(stage) {
    const { cluster } = stage;
    await cluster.query('create table chaos_balances (account int primary key, amount bigint not null default 0)');
    await cluster.query(`insert into chaos_balances select generate_series(0, ${ACCOUNTS - 1})`);
    await cluster.query('create table chaos_credits (job_id uuid not null, amount int not null)');
    await stage.fleet.start(5, { poolSize: 10 });
    const payload = { does: 'credit', amount: AMOUNT, accounts: ACCOUNTS, ms: 60 } as const;
    const load = await stage.produce({ perSecond: 150, payload });
    await killOneByOne(stage, { poolSize: 10 });
    await load.stop();
    await stage.drained(60_000);
    const [sums] = await cluster.query<{ sum: string; due: string; doubled: string }>(
      `select (select sum(amount) from chaos_balances) as sum,
         (select ${AMOUNT} * count(*) from jobs where status = 'completed') as due,
         (select count(*) - count(distinct job_id) from chaos_credits) as doubled`,
    );
    stage.check('the balances’ sum is exact', sums!.sum === sums!.due, `${sums!.sum} of ${sums!.due}`);
    stage.check('no credit twice', sums!.doubled === '0', sums!.doubled);
  },
};
