import { COMMAND } from '../../support/command-name.js';
import {
  callOf,
  dropSlot,
  endPrepared,
  endSession,
  rebuildIndex,
  resetAutovacuum,
  TURN_AUTOVACUUM_ON,
  vacuum,
} from '../../store/sql/doctor/remedies.js';
import type { Facts } from './facts.js';
import { advice, problem, some, span, type Finding } from './findings.js';
import { queueFindings, typeFindings, workerFindings } from './fleet-findings.js';

type Look = (facts: Facts) => Finding[];

const OLDEST_VERSION = 140_000;
/** Due times go by the server's clock, but ids and times in logs by that of the machine. */
const CLOCK_TOLERANCE_MS = 2_000;
/** Transactions that are younger hold no snapshot worth a thought. */
const OLD_SNAPSHOT_SECONDS = 300;
const SNAPSHOTS_SHOWN = 10;
/** Fewer dead rows cost nothing worth a thought. */
const MANY_DEAD = 100_000;
/** An index below this size is never worth a rebuild. */
const BIG_INDEX_BYTES = 128 * 1024 * 1024;
/** An entry of these indexes takes some 60 bytes; pages are at least half full. */
const BLOATED_BYTES_PER_ENTRY = 1_000;
const OLD_SLOT_TRANSACTIONS = 1_000_000;

/** Of one kind; a database can have thousands of queues. */
const MAX_FINDINGS = 20;

/** The verdicts: a pure function of what was read, problems first. */
export function diagnose(facts: Facts): Finding[] {
  const found = LOOKS.flatMap((look) => capped(look(facts)));
  const isProblem = ({ severity }: Finding) => severity === 'problem';
  return [...found.filter(isProblem), ...found.filter((finding) => !isProblem(finding))];
}

function capped(found: Finding[]): Finding[] {
  const [first] = found;
  const rest = found.length - MAX_FINDINGS;
  if (!first || rest <= 0) return found;
  return [...found.slice(0, MAX_FINDINGS), moreLike(first, rest)];
}

function moreLike(first: Finding, count: number): Finding {
  return { ...first, what: `There are ${count} more of these.`, remedy: 'Mend those above, and look again.' };
}

const server: Look = ({ server: row }) => {
  if (!row) return [];
  const { version, version_num, standby } = row;
  const found: Finding[] = [];
  if (version_num < OLDEST_VERSION)
    found.push(
      problem('JOBS_SERVER_TOO_OLD', `The server is PostgreSQL ${version}.`, 'Upgrade it: 14 to 18 are supported.'),
    );
  if (standby)
    found.push(
      problem('JOBS_SERVER_STANDBY', 'The server is a standby and takes no writes.', 'Use the URL of the primary.'),
    );
  return found;
};

const clock: Look = ({ clock: row }) => {
  if (!row || Math.abs(row.aheadMs) - row.uncertainMs <= CLOCK_TOLERANCE_MS) return [];
  const way = row.aheadMs > 0 ? 'behind' : 'ahead of';
  const what = `The clock of this machine is ${span(Math.abs(row.aheadMs) / 1_000)} ${way} the database server's.`;
  return [problem('JOBS_CLOCKS_DIFFER', what, 'Synchronise both clocks by NTP, such as with chrony.')];
};

const schema: Look = ({ pendingMigrations, missingColumns }) => {
  if (pendingMigrations?.length) {
    const what = `The schema is older than this version. Not run: ${some(pendingMigrations)}.`;
    return [problem('JOBS_SCHEMA_OUTDATED', what, `${COMMAND} migrate`)];
  }
  if (!missingColumns?.length) return [];
  const what = `All migrations are recorded, but these columns are missing: ${some(missingColumns)}.`;
  const remedy =
    'Somebody has changed the tables by hand, or the migrations were recorded for another schema. Give --schema, or ' +
    `restore the columns as in: ${COMMAND} migrate sql (on an empty database).`;
  return [problem('JOBS_SCHEMA_DRIFTED', what, remedy)];
};

const indexes: Look = ({ indexes: rows, expectedIndexes, storage }) => {
  if (!rows || !storage) return [];
  const present = new Map(rows.map((row) => [row.name, row]));
  const missing = expectedIndexes.filter(({ name }) => !present.has(name));
  const invalid = rows.filter(({ valid }) => !valid);
  const isBloated = (bytes: number, entries: number) =>
    bytes > BIG_INDEX_BYTES && bytes / Math.max(entries, 1) > BLOATED_BYTES_PER_ENTRY;
  const bloated = rows.filter(({ valid, bytes, entries }) => valid && isBloated(bytes, entries));
  return [
    ...missing.map(({ name, sql }) => problem('JOBS_INDEX_MISSING', `The index ${name} is missing.`, `${sql};`)),
    ...invalid.map(({ name, relation }) =>
      problem('JOBS_INDEX_INVALID', `The index ${name} is not valid.`, rebuildIndex(relation)),
    ),
    ...bloated.map(({ name, relation, bytes }) =>
      advice(
        'JOBS_INDEX_BLOATED',
        `The index ${name} takes ${Math.round(bytes / 1_048_576)} MiB, far more than its entries need.`,
        rebuildIndex(relation),
      ),
    ),
  ];
};

const storage: Look = ({ storage: row, server: serverRow }) => {
  if (!row) return [];
  const { relation, live, dead, autovacuum_off } = row;
  const found: Finding[] = [];
  if (autovacuum_off)
    found.push(problem('JOBS_AUTOVACUUM_OFF', `Autovacuum is off for ${relation}.`, resetAutovacuum(relation)));
  if (serverRow && !serverRow.autovacuum)
    found.push(problem('JOBS_AUTOVACUUM_OFF', 'Autovacuum is off for the server.', TURN_AUTOVACUUM_ON));
  if (dead > MANY_DEAD && dead > live)
    found.push(
      problem(
        'JOBS_TABLE_BLOATED',
        `${relation} has ${Math.round(dead)} dead rows and ${Math.round(live)} live ones.`,
        `Mend what holds an old snapshot, if that is reported too. Then: ${vacuum(relation)}`,
      ),
    );
  return found;
};

const snapshots: Look = ({ snapshots: rows }) => {
  const old = (rows ?? []).filter(({ seconds }) => seconds === null || seconds >= OLD_SNAPSHOT_SECONDS);
  return old.slice(0, SNAPSHOTS_SHOWN).flatMap((row) => snapshotFinding(row));
};

function snapshotFinding({ kind, name, detail, seconds, transactions }: NonNullable<Facts['snapshots']>[number]) {
  const code = 'JOBS_SNAPSHOT_HELD';
  const held = 'Dead rows and index entries of jobs stay meanwhile.';
  const literal = `'${name.replaceAll("'", "''")}'`;
  if (kind === 'session') {
    const what = `Session ${name} (${detail}) has a transaction that is ${span(seconds ?? 0)} old. ${held}`;
    return [problem(code, what, `End it in its application, or: ${endSession(name)}`)];
  }
  if (kind === 'prepared') {
    const what = `The prepared transaction ${literal} of ${detail} is ${span(seconds ?? 0)} old. ${held}`;
    return [problem(code, what, endPrepared(literal))];
  }
  if (detail === 'active' && (transactions ?? 0) < OLD_SLOT_TRANSACTIONS) return [];
  const what = `The replication slot ${literal} is ${detail} and holds a snapshot ${transactions} transactions old. ${held}`;
  return [problem(code, what, `Start its consumer, or if that is gone for good: ${dropSlot(literal)}`)];
}

const listening: Look = ({ hears }) => {
  if (hears !== false) return [];
  return [
    problem(
      'JOBS_DEAF',
      'NOTIFY does not reach LISTEN by this address, as behind PgBouncer in transaction mode.',
      'Give workers { pooled: true, directUrl } with an address past the pooler. If they have one, run the doctor with it.',
    ),
  ];
};

const copy: Look = ({ copy: row }) => {
  if (!row) return [];
  return [
    problem(
      'JOBS_RESTORED_COPY',
      `The jobs of database "${row.database}" were made in another database or cluster.`,
      `To keep them: ${callOf(row.schema, 'jobs_adopt_copy')} To remove all unfinished ones first: ${callOf(row.schema, 'jobs_clear_copy')}`,
    ),
  ];
};

const unseen: Look = ({ unseen: parts }) =>
  parts.map(({ what, why }) =>
    advice('JOBS_DOCTOR_BLIND', `${what} could not be looked at: ${why}`, 'Run the doctor as the owner of the tables.'),
  );

const LOOKS: readonly Look[] = [
  server,
  schema,
  indexes,
  queueFindings,
  typeFindings,
  workerFindings,
  snapshots,
  storage,
  listening,
  copy,
  clock,
  unseen,
];
