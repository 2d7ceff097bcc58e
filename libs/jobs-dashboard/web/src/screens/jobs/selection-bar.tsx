import { useState } from 'react';
import type { Count } from '../../api/types';
import { ActionButton } from '../../parts/action-button';
import { useNumber } from '../../parts/numbers';
import { useText } from '../../text/language';
import { actionsFor, isDanger, type Asked } from './bulk-actions';
import { BulkConfirm } from './bulk-confirm';
import { BulkReschedule } from './bulk-reschedule';
import { useBulkWords } from './use-bulk-words';
import type { Selection } from './use-selection';

interface Props {
  selection: Selection;
  count: Count | undefined;
  /** Those that the search asks for; undefined for all. */
  statuses: readonly string[] | undefined;
}

/** How many jobs match; and once some are selected, what can be done with them. It takes the same room in both cases. */
export function SelectionBar({ selection, count, statuses }: Props) {
  const { list, jobs } = useText();
  const number = useNumber();
  const all = count === undefined ? '…' : count.capped ? number(count.count, true) : jobs(count.count);
  const isOpen = selection.isAll || selection.size > 0;
  const chosen = selection.isAll ? list.allSelected(all) : list.selected(selection.size);
  const matching = count === undefined ? '' : list.matches(all);
  return (
    <div className="selection-room">
      <div className={isOpen ? 'selection selection-open' : 'selection'}>
        <p role="status" className={isOpen ? 'selection-words' : 'quiet'}>
          {isOpen ? chosen : matching}
        </p>
        {isOpen && <Choices selection={selection} count={count} all={all} statuses={statuses} />}
      </div>
    </div>
  );
}

function Choices({ selection, count, all, statuses }: Props & { all: string }) {
  const { list, jobs } = useText();
  const { isAll, isPage, size } = selection;
  const hasMore = isPage && !isAll && count !== undefined && (count.capped || count.count > size);
  return (
    <>
      {hasMore && (
        <button type="button" className="button" onClick={selection.chooseAll}>
          {list.selectAll(all)}
        </button>
      )}
      <BulkButtons selection={selection} amount={isAll ? all : jobs(size)} statuses={statuses} />
      <button type="button" className="button button-quiet" onClick={selection.clear}>
        {list.unselect}
      </button>
    </>
  );
}

interface ButtonsProps extends Pick<Props, 'selection' | 'statuses'> {
  amount: string;
}

function BulkButtons({ selection, amount, statuses }: ButtonsProps) {
  const { labels } = useBulkWords();
  const [asked, setAsked] = useState<Asked>();
  const { chosen, clear } = selection;
  const dialog = { amount, chosen, onClose: () => setAsked(undefined), onDone: clear };
  return (
    <>
      {actionsFor(statuses).map((action, i) => (
        <ActionButton
          key={action}
          kind={i === 0 && !isDanger(action) ? 'main' : 'plain'}
          onAct={() => setAsked(action)}
        >
          {labels[action]}
        </ActionButton>
      ))}
      {asked === 'reschedule' && <BulkReschedule {...dialog} />}
      {asked !== undefined && asked !== 'reschedule' && <BulkConfirm action={asked} {...dialog} />}
    </>
  );
}
