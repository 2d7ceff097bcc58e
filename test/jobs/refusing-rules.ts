/** What the database does with a change of some jobs: raises this SQLSTATE, skips it, or takes so long. */
export type Rule = { raises: string; takesSeconds?: number } | 'skips' | { takesSeconds: number };

type Sql = <Row>(text: string, params?: unknown[]) => Promise<Row[]>;

/** A trigger of the host's, beside a constraint that refuses one priority. */
const RULES = `
  create table public.rules (id uuid primary key, sqlstate text, seconds float8);
  create function public.apply_rules() returns trigger language plpgsql as $$
    declare rule public.rules%rowtype;
    begin
      select * into rule from public.rules where id = old.id;
      if not found then return coalesce(new, old); end if;
      perform pg_sleep(rule.seconds);
      if rule.sqlstate is null then return case when rule.seconds is not null then coalesce(new, old) end; end if;
      raise exception 'not this one' using errcode = rule.sqlstate;
    end $$;
  create trigger apply_rules before update or delete on jobs for each row execute function public.apply_rules()`;

/** Rules of a host that refuse to change some jobs. */
export class RefusingRules {
  constructor(private readonly sql: Sql) {}

  async open(): Promise<void> {
    await this.sql(RULES);
  }

  /** Also where a test has failed in the middle. */
  async close(): Promise<void> {
    await this.sql('drop function if exists public.apply_rules() cascade');
    await this.sql('drop table if exists public.rules');
    await this.sql('alter table jobs drop constraint if exists no_pending_bulk');
  }

  async add(ids: readonly string[], rule: Rule): Promise<void> {
    const sqlstate = typeof rule === 'object' && 'raises' in rule ? rule.raises : null;
    const seconds = typeof rule === 'object' ? (rule.takesSeconds ?? null) : null;
    await this.sql('insert into public.rules select unnest($1::uuid[]), $2, $3', [ids, sqlstate, seconds]);
  }

  /** A constraint that these jobs break once they are pending. */
  async constrain(ids: readonly string[]): Promise<void> {
    await this.sql('update jobs set priority = 9 where id = any ($1)', [ids]);
    await this.sql(`alter table jobs add constraint no_pending_bulk check (status <> 'pending' or priority <> 9)`);
  }
}
