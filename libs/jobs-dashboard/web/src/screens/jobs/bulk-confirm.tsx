import { actOn, type BulkAction, type Chosen } from '../../api/actions';
import { useAct } from '../../app/act';
import { Confirm } from '../../parts/confirm';
import { useText } from '../../text/language';
import { isDanger } from './bulk-actions';
import { useBulkWords } from './use-bulk-words';

interface Props {
  action: BulkAction;
  /** How many jobs it is about, in words. */
  amount: string;
  chosen: Chosen;
  onClose: () => void;
  onDone?: () => void;
}

/** Asks, and acts. What takes long shows its progress above the screen. */
export function BulkConfirm({ action, amount, chosen, onClose, onDone }: Props) {
  const { actions, loading } = useText();
  const { labels, done } = useBulkWords();
  const { isBusy, act } = useAct();
  const confirm = () =>
    act(async () => {
      try {
        const changed = await actOn(action, chosen);
        onDone?.();
        return done(changed);
      } finally {
        onClose();
      }
    });
  return (
    <Confirm
      title={actions.confirmTitle[action](amount)}
      words={actions.confirmText[action]}
      label={labels[action]}
      isDanger={isDanger(action)}
      progress={isBusy ? loading : undefined}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
