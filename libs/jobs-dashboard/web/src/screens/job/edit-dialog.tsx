import { useState } from 'react';
import { rescheduleJob, updateJob } from '../../api/actions';
import { ApiError } from '../../api/client';
import type { Job } from '../../api/types';
import { prettyJson, roundedNumber } from '../../json/json-text';
import type { Text } from '../../text/en';
import { useText } from '../../text/language';
import { fromLocalInput, localInput } from '../../time/local-input';
import { DueField, EditForm, Field } from './edit-form';

interface Props {
  job: Job;
  onClose: () => void;
}

/** What was written: as texts, so that a payload keeps its digits. */
interface Written {
  payload: string;
  priority: string;
  due: string;
}

const invalid = (detail: string) => new ApiError(422, { detail });

/** Changes a job that has not started. Only what was changed is sent. */
export function EditDialog({ job, payload, onClose }: Props & { payload: string }) {
  const text = useText();
  const [before] = useState<Written>(() => ({
    payload: prettyJson(payload),
    priority: String(job.priority),
    due: localInput(new Date(job.scheduledAt)),
  }));
  const [written, setWritten] = useState(before);
  const change = (part: Partial<Written>) => setWritten((now) => ({ ...now, ...part }));
  const save = async () => {
    const members = changedMembers(before, written, text);
    if (members.length > 0) await updateJob(job.id, `{${members.join(',')}}`);
  };
  return (
    <EditForm title={text.edit.title} words={text.edit.words} onSave={save} onClose={onClose}>
      <PayloadField value={written.payload} onChange={(value) => change({ payload: value })} />
      <PriorityField value={written.priority} onChange={(priority) => change({ priority })} />
      <DueField value={written.due} onChange={(due) => change({ due })} />
    </EditForm>
  );
}

interface FieldProps {
  value: string;
  onChange: (value: string) => void;
}

function PayloadField({ value, onChange }: FieldProps) {
  const { edit } = useText();
  return (
    <Field name={edit.payload}>
      {(id) => <textarea id={id} value={value} spellCheck={false} onChange={({ target }) => onChange(target.value)} />}
    </Field>
  );
}

function PriorityField({ value, onChange }: FieldProps) {
  const { edit } = useText();
  return (
    <Field name={edit.priority}>
      {(id) => (
        <input
          id={id}
          type="number"
          min={0}
          max={9}
          value={value}
          onChange={({ target }) => onChange(target.value)}
          required
        />
      )}
    </Field>
  );
}

/** The members of the request's body, as JSON. Throws what is wrong with them. */
function changedMembers(before: Written, { payload, priority, due }: Written, { edit }: Text): string[] {
  const members: string[] = [];
  if (payload !== before.payload) members.push(`"payload":${checkedJson(payload, edit)}`);
  if (priority !== before.priority) members.push(`"priority":${Number(priority)}`);
  if (due !== before.due) members.push(`"scheduledAt":${JSON.stringify(timeOf(due, edit))}`);
  return members;
}

function checkedJson(text: string, edit: Text['edit']): string {
  try {
    JSON.parse(text);
  } catch (error) {
    throw invalid(edit.notJson((error as Error).message));
  }
  const rounded = roundedNumber(text);
  if (rounded !== null) throw invalid(edit.digits(rounded));
  return text;
}

function timeOf(due: string, edit: Text['edit']): string {
  const time = fromLocalInput(due);
  if (time === null) throw invalid(edit.badTime);
  return time;
}

const LATER = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000 } as const;

/** Sets when the job runs, and nothing else. */
export function RescheduleDialog({ job, onClose }: Props) {
  const { edit } = useText();
  const [due, setDue] = useState(() => localInput(new Date(job.scheduledAt)));
  const putOff = (ms: number) => {
    const from = fromLocalInput(due);
    const start = from === null ? Date.now() : Math.max(Date.parse(from), Date.now());
    setDue(localInput(new Date(start + ms)));
  };
  const save = async () => void (await rescheduleJob(job.id, timeOf(due, edit)));
  return (
    <EditForm title={edit.rescheduleTitle} words={edit.words} onSave={save} onClose={onClose}>
      <DueField value={due} onChange={setDue} />
      <div className="row">
        {(['hour', 'day', 'week'] as const).map((step) => (
          <button key={step} type="button" className="button" onClick={() => putOff(LATER[step])}>
            {edit.later[step]}
          </button>
        ))}
      </div>
    </EditForm>
  );
}
