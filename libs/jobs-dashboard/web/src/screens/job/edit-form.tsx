import { useQueryClient } from '@tanstack/react-query';
import { useId, useState, type ReactNode, type SubmitEvent } from 'react';
import { useNotices } from '../../app/notices';
import { Dialog } from '../../parts/dialog';
import { ProblemPanel } from '../../parts/problem';
import { useText } from '../../text/language';

interface FormProps {
  title: string;
  words: string;
  /** Saves, or throws what is wrong. */
  onSave: () => Promise<void>;
  onClose: () => void;
  children: ReactNode;
}

/** A dialog with fields. It stays open, with what was written, if it could not be saved. */
export function EditForm({ title, words, onSave, onClose, children }: FormProps) {
  const text = useText();
  const { isBusy, error, save } = useSaving(onSave, onClose);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void save();
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
          <button type="submit" className="button button-main" disabled={isBusy}>
            {text.edit.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function useSaving(onSave: () => Promise<void>, onClose: () => void) {
  const { edit } = useText();
  const { tell } = useNotices();
  const client = useQueryClient();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      await onSave();
      tell(edit.saved);
      onClose();
      await client.invalidateQueries();
    } catch (reason) {
      setError(reason);
      setBusy(false);
    }
  };
  return { isBusy, error, save };
}

/** A field under its name. */
export function Field({ name, note, children }: { name: string; note?: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{name}</label>
      {children(id)}
      {note !== undefined && <span className="quiet">{note}</span>}
    </div>
  );
}

export function DueField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { edit } = useText();
  return (
    <Field name={edit.due} note={edit.dueNote}>
      {(id) => (
        <input
          id={id}
          type="datetime-local"
          step={1}
          value={value}
          onChange={({ target }) => onChange(target.value)}
          required
        />
      )}
    </Field>
  );
}
