import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { hrefOf } from '../../api/client';
import { useJobCount } from '../../api/queries';
import { toQuery, type Filter } from '../../filter/filter';
import { parseSearch } from '../../filter/parse-search';
import { Dialog } from '../../parts/dialog';
import { useNumber } from '../../parts/numbers';
import { useText } from '../../text/language';
import { useColumns } from './column-cells';
import { COLUMNS, columnsText, type Column } from './columns';

/** What can be done with the list as it is: choose its columns, and export it. */
export function ListTools({ search }: { search: string }) {
  const { columns, exporting } = useText();
  const [opened, setOpened] = useState<'columns' | 'export'>();
  const { filter, problems } = parseSearch(search);
  const close = () => setOpened(undefined);
  return (
    <div className="row list-tools">
      <button type="button" className="button button-quiet" onClick={() => setOpened('columns')}>
        {columns.title}
      </button>
      {problems.length === 0 && (
        <button type="button" className="button button-quiet" onClick={() => setOpened('export')}>
          {exporting.title}
        </button>
      )}
      {opened === 'columns' && <ColumnPicker search={search} onClose={close} />}
      {opened === 'export' && <Export filter={filter} onClose={close} />}
    </div>
  );
}

function ColumnPicker({ search, onClose }: { search: string; onClose: () => void }) {
  const { columns: text } = useText();
  const navigate = useNavigate();
  const chosen = useColumns();
  const toggle = (column: Column) => {
    const next = chosen.includes(column) ? chosen.filter((each) => each !== column) : [...chosen, column];
    void navigate({ to: '/', search: { q: search, cols: columnsText(next) }, replace: true });
  };
  return (
    <Dialog title={text.title} onClose={onClose}>
      <ul className="choices">
        {COLUMNS.map((column) => (
          <li key={column}>
            <label>
              <input type="checkbox" checked={chosen.includes(column)} onChange={() => toggle(column)} />
              {text.names[column]}
            </label>
          </li>
        ))}
      </ul>
      <p className="quiet">{text.note}</p>
      <div className="row row-end">
        <button type="button" className="button button-main" onClick={onClose}>
          {text.done}
        </button>
      </div>
    </Dialog>
  );
}

function Export({ filter, onClose }: { filter: Filter; onClose: () => void }) {
  const { exporting: text, close, jobs } = useText();
  const number = useNumber();
  const count = useJobCount(filter).data;
  const [now] = useState(() => Date.now());
  const href = (format: 'csv' | 'json') => hrefOf('jobs/export', { ...toQuery(filter, now), format });
  const words = count === undefined ? '…' : count.capped ? number(count.count, true) : jobs(count.count);
  return (
    <Dialog title={text.title} onClose={onClose}>
      <p>{text.words(words)}</p>
      <p className="quiet">{text.formulas}</p>
      <div className="row row-end">
        <button type="button" className="button" onClick={onClose}>
          {close}
        </button>
        <a className="button" href={href('json')} download="">
          {text.json}
        </a>
        <a className="button button-main" href={href('csv')} download="">
          {text.csv}
        </a>
      </div>
    </Dialog>
  );
}
