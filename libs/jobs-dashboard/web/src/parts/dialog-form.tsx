import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import { useSay, type Said } from '../app/act';
import { useText } from '../text/language';
import { Dialog } from './dialog';
import { ProblemPanel } from './problem';

interface Props {
  title: string;
  words: string;
  /** Of the button that saves. Default: "Save". */
  label?: string;
  /** Saves and returns what to say, or throws what is wrong. */
  onSave: () => Promise<Said>;
  onClose: () => void;
  children: ReactNode;
}

/** A dialog with fields. It stays open, with what was written, if it could not be saved. */
export function DialogForm({ title, words, label, onSave, onClose, children }: Props) {
  const text = useText();
  const { isBusy, error, save } = useSaving(onSave, onClose);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!isBusy) void save();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form className="form" onSubmit={submit}>
        <p>{words}</p>
        {children}
        {error !== undefined && <ProblemPanel error={error} />}
        <div className="row row-end">
          <button type="button" className="button" onClick={onClose}>
            {text.cancelDialog}
          </button>
          <button type="submit" className="button button-main" aria-disabled={isBusy}>
            {label ?? text.edit.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function useSaving(onSave: () => Promise<Said>, onClose: () => void) {
  const say = useSay();
  const client = useQueryClient();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      say(await onSave());
      onClose();
      await client.invalidateQueries();
    } catch (reason) {
      setError(reason);
      setBusy(false);
    }
  };
  return { isBusy, error, save };
}
