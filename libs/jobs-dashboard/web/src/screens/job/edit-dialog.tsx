import { useState } from 'react';
import { updateJob } from '../../api/actions';
import { ApiError } from '../../api/client';
import type { Job } from '../../api/types';
import { prettyJson, roundedNumber } from '../../json/json-text';
import { DialogForm } from '../../parts/dialog-form';
import { DueField, dueOf } from '../../parts/due-field';
import { Field, TextAreaField } from '../../parts/fields';
import type { Text } from '../../text/en';
import { useText } from '../../text/language';
import { localInput } from '../../time/local-input';

interface Props {
  job: Job;
  payload: string;
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
export function EditDialog({ job, payload, onClose }: Props) {
  const text = useText();
  const { edit } = text;
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
    return edit.saved;
  };
  const number = { type: 'number', min: 0, max: 9, required: true } as const;
  const { priority, due } = written;
  return (
    <DialogForm title={edit.title} words={edit.words} onSave={save} onClose={onClose}>
      <TextAreaField
        label={edit.payload}
        rows={8}
        value={written.payload}
        onValue={(value) => change({ payload: value })}
      />
      <Field label={edit.priority} {...number} value={priority} onValue={(value) => change({ priority: value })} />
      <DueField value={due} onValue={(value) => change({ due: value })} />
    </DialogForm>
  );
}

/** The members of the request's body, as JSON. Throws what is wrong with them. */
function changedMembers(before: Written, { payload, priority, due }: Written, text: Text): string[] {
  const members: string[] = [];
  if (payload !== before.payload) members.push(`"payload":${checkedJson(payload, text)}`);
  if (priority !== before.priority) members.push(`"priority":${Number(priority)}`);
  if (due !== before.due) members.push(`"scheduledAt":${JSON.stringify(dueOf(due, text))}`);
  return members;
}

function checkedJson(json: string, { edit }: Text): string {
  try {
    JSON.parse(json);
  } catch (error) {
    throw invalid(edit.notJson((error as Error).message));
  }
  const rounded = roundedNumber(json);
  if (rounded !== null) throw invalid(edit.digits(rounded));
  return json;
}
