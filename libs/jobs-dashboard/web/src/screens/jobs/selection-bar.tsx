import { useState } from 'react';
import { actOn, type BulkAction } from '../../api/actions';
import type { Count } from '../../api/types';
import { useAct } from '../../app/act';
import { ActionButton } from '../../parts/action-button';
import { Confirm } from '../../parts/confirm';
import { useNumber } from '../../parts/numbers';
import { useText } from '../../text/language';
import type { Selection } from './use-selection';

type Asked = Extract<BulkAction, 'retry' | 'cancel' | 'delete'>;

const ACTIONS: readonly Asked[] = ['retry', 'cancel', 'delete'];

interface Props {
  selection: Selection;
  count: Count | undefined;
}

/** How many jobs match; and once some are selected, what can be done with them. */
export function SelectionBar({ selection, count }: Props) {
  const { list, jobs } = useText();
  const number = useNumber();
  const all = count === undefined ? '…' : count.capped ? number(count.count, true) : jobs(count.count);
  if (!selection.isAll && selection.size === 0)
    return <p className="selection quiet">{count !== undefined && list.matches(all)}</p>;
  return (
    <div className="selection selection-open" role="status">
      <strong>{selection.isAll ? list.allSelected(all) : list.selected(selection.size)}</strong>
      {selection.isPage && !selection.isAll && count && (count.capped || count.count > selection.size) && (
        <button type="button" className="button" onClick={selection.chooseAll}>
          {list.selectAll(all)}
        </button>
      )}
      <BulkButtons selection={selection} amount={selection.isAll ? all : jobs(selection.size)} />
      <button type="button" className="button button-quiet" onClick={selection.clear}>
        {list.unselect}
      </button>
    </div>
  );
}

function BulkButtons({ selection, amount }: { selection: Selection; amount: string }) {
  const { actions } = useText();
  const [asked, setAsked] = useState<Asked>();
  return (
    <>
      {ACTIONS.map((action) => (
        <ActionButton key={action} kind={action === 'retry' ? 'main' : 'plain'} onAct={() => setAsked(action)}>
          {actions[action]}
        </ActionButton>
      ))}
      {asked && (
        <BulkConfirm
          action={asked}
          amount={amount}
          chosen={selection.chosen}
          onClose={() => setAsked(undefined)}
          onDone={selection.clear}
        />
      )}
    </>
  );
}

interface ConfirmProps {
  action: Asked;
  amount: string;
  chosen: Selection['chosen'];
  onClose: () => void;
  onDone?: () => void;
}

/** Asks, and acts. What takes long shows its progress above the screen. */
export function BulkConfirm({ action, amount, chosen, onClose, onDone }: ConfirmProps) {
  const { actions, operations, loading } = useText();
  const { isBusy, act } = useAct();
  const confirm = () =>
    act(async () => {
      try {
        const done = await actOn(action, chosen);
        onDone?.();
        if (done.operation !== undefined) return operations.began;
        return done.refused > 0 ? { trouble: actions.done(done) } : actions.done(done);
      } finally {
        onClose();
      }
    });
  return (
    <Confirm
      title={actions.confirmTitle[action](amount)}
      words={actions.confirmText[action]}
      label={actions[action]}
      isDanger={action !== 'retry'}
      progress={isBusy ? loading : undefined}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
