import { useState } from 'react';
import { rescheduleJob } from '../../api/actions';
import type { Job } from '../../api/types';
import { DialogForm } from '../../parts/dialog-form';
import { DueField, dueOf } from '../../parts/due-field';
import { useText } from '../../text/language';
import { fromLocalInput, localInput } from '../../time/local-input';

const LATER = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000 } as const;

/** Sets when the job runs, and nothing else. */
export function RescheduleDialog({ job, onClose }: { job: Job; onClose: () => void }) {
  const text = useText();
  const { edit } = text;
  const [due, setDue] = useState(() => localInput(new Date(job.scheduledAt)));
  const putOff = (ms: number) => {
    const from = fromLocalInput(due);
    const start = from === null ? Date.now() : Math.max(Date.parse(from), Date.now());
    setDue(localInput(new Date(start + ms)));
  };
  const save = async () => {
    await rescheduleJob(job.id, dueOf(due, text));
    return edit.saved;
  };
  return (
    <DialogForm title={edit.rescheduleTitle} words={edit.words} onSave={save} onClose={onClose}>
      <DueField value={due} onValue={setDue} />
      <div className="row">
        {(['hour', 'day', 'week'] as const).map((step) => (
          <button key={step} type="button" className="button" onClick={() => putOff(LATER[step])}>
            {edit.later[step]}
          </button>
        ))}
      </div>
    </DialogForm>
  );
}
