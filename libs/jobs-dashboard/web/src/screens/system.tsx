import { useSystem, type Finding, type System, type TableSize } from '../api/system';
import { CodeText } from '../parts/code-text';
import { Facts } from '../parts/facts';
import { useNumber } from '../parts/numbers';
import { useSize } from '../parts/size';
import { StateMark, StateShape } from '../parts/state-mark';
import { knownVersion } from '../parts/version';
import { View } from '../parts/view';
import { useText } from '../text/language';
import { Ago, useClock, useDuration } from '../time/time';

/** The database beneath the jobs, and what is wrong with it. */
export function SystemScreen() {
  const { nav } = useText();
  return (
    <>
      <h1>{nav.system}</h1>
      <View query={useSystem()}>{(system) => <Parts system={system} />}</View>
    </>
  );
}

function Parts({ system }: { system: System }) {
  const { system: text } = useText();
  const clock = useClock();
  return (
    <>
      <Verdict findings={system.findings} />
      {system.findings.length > 0 && <Findings findings={system.findings} />}
      <Versions system={system} />
      <Tables tables={system.tables} />
      <Indexes indexes={system.indexes} />
      <p className="quiet">
        {text.read}: {clock(system.readAt)}. {text.again} {text.estimate}
      </p>
    </>
  );
}

function Verdict({ findings }: { findings: readonly Finding[] }) {
  const { system: text } = useText();
  const problems = findings.filter(({ severity }) => severity === 'problem').length;
  const advice = findings.length - problems;
  const kind = problems > 0 ? 'down' : advice > 0 ? 'degraded' : 'up';
  const mark = { up: 'completed', degraded: 'warning', down: 'failed' } as const;
  const words = [...(problems > 0 ? [text.problems(problems)] : []), ...(advice > 0 ? [text.advice(advice)] : [])];
  return (
    <section className={`verdict verdict-${kind}`}>
      <StateShape mark={mark[kind]} />
      <h2>{words.length === 0 ? text.well : words.join(' · ')}</h2>
    </section>
  );
}

function Findings({ findings }: { findings: readonly Finding[] }) {
  const { system: text } = useText();
  return (
    <section className="part">
      <h2>{text.findings}</h2>
      <ul className="findings">
        {findings.map(({ code, severity, what, remedy }, i) => (
          <li key={code + what} className="panel">
            <p className="finding-what">
              <StateShape mark={severity === 'problem' ? 'failed' : 'warning'} />
              <span>
                {what} <code className="quiet">{code}</code>
              </span>
            </p>
            <CodeText code={remedy} label={`${text.remedy} ${i + 1}`} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Versions({ system }: { system: System }) {
  const { system: text } = useText();
  const { versions, schema, environment, oldestSnapshot } = system;
  const duration = useDuration();
  const { pending } = schema;
  return (
    <section className="part">
      <h2>{text.facts}</h2>
      <Facts
        facts={[
          [text.environment, environment],
          [text.application, knownVersion(versions.application) ?? text.unknown],
          [text.library, versions.library],
          [text.node, versions.node],
          [text.postgres, versions.postgres ?? text.unknown],
          [text.schema, schema.latest ?? text.unknown],
          [text.pending, pending === null ? text.unknown : pending.join(', ') || '0'],
          [
            text.snapshot,
            oldestSnapshot
              ? `${duration(oldestSnapshot.seconds * 1_000)} (${oldestSnapshot.detail || oldestSnapshot.name})`
              : text.snapshotNone,
          ],
        ]}
      />
    </section>
  );
}

function Tables({ tables }: { tables: readonly TableSize[] }) {
  const { system: text } = useText();
  return (
    <section className="part">
      <h2>{text.tables}</h2>
      <table className="cards">
        <caption className="visually-hidden">{text.tables}</caption>
        <thead>
          <tr>
            <th scope="col">{text.table}</th>
            {[text.rows, text.dead, text.size, text.indexSize, text.vacuumed].map((name) => (
              <th key={name} scope="col" className="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {tables.map((table) => (
            <TableRow key={table.name} table={table} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function TableRow({ table }: { table: TableSize }) {
  const { system: text, never } = useText();
  const number = useNumber();
  const size = useSize();
  const { name, rows, deadRows, tableBytes, indexBytes, vacuumedAt } = table;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="number" data-label={text.rows}>
        {number(rows)}
      </td>
      <td className="number" data-label={text.dead}>
        {number(deadRows)}
      </td>
      <td className="number" data-label={text.size}>
        {size(tableBytes)}
      </td>
      <td className="number" data-label={text.indexSize}>
        {size(indexBytes)}
      </td>
      <td className="number" data-label={text.vacuumed}>
        {vacuumedAt === null ? never : <Ago time={vacuumedAt} />}
      </td>
    </tr>
  );
}

function Indexes({ indexes }: { indexes: System['indexes'] }) {
  const { system: text } = useText();
  const size = useSize();
  return (
    <section className="part">
      <h2>{text.indexes}</h2>
      <Facts
        facts={indexes.map(({ name, bytes, valid }) => [
          name,
          valid ? size(bytes) : <StateMark mark="warning">{`${size(bytes)}, ${text.invalid}`}</StateMark>,
        ])}
      />
    </section>
  );
}
