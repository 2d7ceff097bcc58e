import { useState } from 'react';
import { rescheduleAll, type Chosen, type NewTime } from '../../api/actions';
import { ApiError } from '../../api/client';
import { shiftMs } from '../../filter/times';
import { DialogForm } from '../../parts/dialog-form';
import { DueField, dueOf } from '../../parts/due-field';
import { ChoiceField, Field } from '../../parts/fields';
import type { Text } from '../../text/en';
import { useText } from '../../text/language';
import { localInput } from '../../time/local-input';
import { useBulkWords } from './use-bulk-words';

interface Props {
  /** How many jobs it is about, in words. */
  amount: string;
  chosen: Chosen;
  onClose: () => void;
  onDone: () => void;
}

/** What was written. Of both, only what was chosen counts. */
interface Written {
  way: 'at' | 'by';
  due: string;
  shift: string;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Asks when many jobs shall fall due, and sets it. What takes long shows its progress above the screen. */
export function BulkReschedule({ amount, chosen, onClose, onDone }: Props) {
  const text = useText();
  const { actions } = text;
  const { labels, done } = useBulkWords();
  const [written, setWritten] = useState<Written>(() => ({ way: 'at', due: localInput(inAnHour()), shift: '1h' }));
  const change = (part: Partial<Written>) => setWritten((now) => ({ ...now, ...part }));
  const save = async () => {
    const changed = await rescheduleAll(chosen, newTimeOf(written, text));
    onDone();
    return done(changed);
  };
  return (
    <DialogForm
      title={actions.confirmTitle.reschedule(amount)}
      words={actions.confirmText.reschedule}
      label={labels.reschedule}
      onSave={save}
      onClose={onClose}
    >
      <TimeFields written={written} change={change} />
    </DialogForm>
  );
}

interface FieldsProps {
  written: Written;
  change: (part: Partial<Written>) => void;
}

function TimeFields({ written: { way, due, shift }, change }: FieldsProps) {
  const { edit } = useText();
  const ways = [
    ['at', edit.at],
    ['by', edit.by],
  ] as const;
  return (
    <>
      <ChoiceField label={edit.way} value={way} options={ways} onValue={(value) => change({ way: value })} />
      {way === 'at' ? (
        <DueField value={due} onValue={(value) => change({ due: value })} />
      ) : (
        <Field
          label={edit.shift}
          hint={edit.shiftHint}
          value={shift}
          isCode
          required
          maxLength={20}
          onValue={(value) => change({ shift: value })}
        />
      )}
    </>
  );
}

/** The next full minute in an hour. */
function inAnHour(): Date {
  return new Date(Math.ceil((Date.now() + HOUR_MS) / MINUTE_MS) * MINUTE_MS);
}

/** Throws what is wrong with it. */
function newTimeOf({ way, due, shift }: Written, text: Text): NewTime {
  if (way === 'at') return { to: dueOf(due, text) };
  const byMs = shiftMs(shift);
  if (byMs === null) throw new ApiError(422, { detail: text.edit.badShift });
  return { byMs };
}
