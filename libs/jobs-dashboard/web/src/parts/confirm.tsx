import { useText } from '../text/language';
import { Dialog } from './dialog';

interface Props {
  title: string;
  words: string;
  label: string;
  isDanger: boolean;
  /** What has been done so far, once it has begun. */
  progress?: string | undefined;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something that concerns many jobs or cannot be undone, and shows how far it is. */
export function Confirm({ title, words, label, isDanger, progress, onConfirm, onClose }: Props) {
  const text = useText();
  const isBusy = progress !== undefined;
  const confirm = () => {
    if (!isBusy) onConfirm();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{words}</p>
      {isBusy && (
        <p role="status" className="progress-words">
          <progress aria-label={label} /> {progress}
        </p>
      )}
      <div className="row row-end">
        <button type="button" className="button" onClick={onClose}>
          {isBusy ? text.close : text.cancelDialog}
        </button>
        <button
          type="button"
          className={`button button-${isDanger ? 'danger' : 'main'}`}
          aria-disabled={isBusy}
          onClick={confirm}
        >
          {label}
        </button>
      </div>
    </Dialog>
  );
}
