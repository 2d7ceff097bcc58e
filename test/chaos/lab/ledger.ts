import { connectionOptions } from '@monstera/database';
import { jobsMigrations, runMigrations } from '@monstera/jobs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import type { Cluster, Database } from './cluster.js';

/**
 * Two witnesses. The database itself notes each change of a job's status, and any change of one that is completed, in
 * the transaction that makes it. The processes note what handlers do in files, which a crash of the database and a
 * SIGKILL leave alone; the files are loaded into `chaos_events` when it is time to judge.
 */
const WITNESSES = [
  `create table chaos_transitions (
     seq bigserial primary key, job_id uuid not null, run int not null, attempts int not null, max_attempts int not null,
     was text not null, became text not null, worker_id uuid, at timestamptz not null default clock_timestamp()
   )`,
  `create table chaos_events (
     label text not null, kind text not null, job_id uuid, attempt int, at_ms float8 not null, detail text
   )`,
  `create table chaos_acked (job_id uuid not null)`,
  `create function chaos_note() returns trigger language plpgsql as $$
   begin
     insert into chaos_transitions (job_id, run, attempts, max_attempts, was, became, worker_id)
     select n.id, n.run, n.attempts, n.max_attempts, o.status, n.status, coalesce(n.worker_id, o.worker_id)
     from old_rows as o join new_rows as n on n.shard = o.shard and n.id = o.id
     where o.status <> n.status or o.run <> n.run or (o.status = 'completed' and n.* is distinct from o.*);
     return null;
   end $$`,
  `create function chaos_note_deleted() returns trigger language plpgsql as $$
   begin
     insert into chaos_transitions (job_id, run, attempts, max_attempts, was, became, worker_id)
     select id, run, attempts, max_attempts, status, 'deleted', worker_id from old_rows;
     return null;
   end $$`,
  `create trigger chaos_note after update on jobs referencing old table as old_rows new table as new_rows
   for each statement execute function chaos_note()`,
  `create trigger chaos_note_deleted after delete on jobs referencing old table as old_rows
   for each statement execute function chaos_note_deleted()`,
];

export async function createLedger(cluster: Cluster): Promise<void> {
  const dataSource = new DataSource({ ...connectionOptions({ url: cluster.url }), migrations: jobsMigrations });
  await dataSource.initialize();
  await runMigrations(dataSource);
  await dataSource.destroy();
  await addWitnesses(cluster);
}

export async function addWitnesses(database: Database): Promise<void> {
  for (const statement of WITNESSES) await database.query(statement);
}

const CHUNK = 20_000;

/** Loads what was acknowledged to producers and what the processes' journals say. */
export async function loadLedger(cluster: Cluster, journals: string, acked: readonly string[]): Promise<void> {
  await cluster.query('truncate chaos_events, chaos_acked');
  for (let from = 0; from < acked.length; from += CHUNK)
    await cluster.query('insert into chaos_acked select unnest($1::uuid[])', [acked.slice(from, from + CHUNK)]);
  for (const name of await readdir(journals)) await loadJournal(cluster, join(journals, name));
  await cluster.query('create index if not exists chaos_transitions_job on chaos_transitions (job_id, run)');
  await cluster.query('create index if not exists chaos_events_job on chaos_events (job_id, at_ms)');
  await cluster.query(`create index if not exists chaos_events_died on chaos_events (detail) where kind = 'died'`);
  await cluster.query('analyze chaos_events, chaos_transitions, chaos_acked');
}

async function loadJournal(cluster: Cluster, file: string): Promise<void> {
  // A line without its end was being written when the process was killed.
  const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1);
  for (let from = 0; from < lines.length; from += CHUNK) {
    const rows = lines.slice(from, from + CHUNK).map((line) => line.split('\t'));
    const column = (index: number) => rows.map((row) => row[index] || null);
    await cluster.query(
      `insert into chaos_events
       select * from unnest($1::text[], $2::text[], $3::uuid[], $4::int[], $5::float8[], $6::text[])`,
      [0, 1, 2, 3, 4, 5].map(column),
    );
  }
}

export interface Wanted {
  detail?: string;
  /** Only what these processes noted. */
  labels?: readonly string[];
}

/** How often the journals say something so far. */
export async function countNoted(journals: string, kind: string, { detail, labels }: Wanted = {}): Promise<number> {
  const texts = await Promise.all((await readdir(journals)).map((name) => readFile(join(journals, name), 'utf8')));
  const rows = texts.flatMap((text) => text.split('\n').map((line) => line.split('\t')));
  const isWanted = (row: string[]) =>
    row[1] === kind && (!detail || row[5] === detail) && (!labels || labels.includes(row[0]!));
  return rows.filter(isWanted).length;
}
