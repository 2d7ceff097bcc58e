import { useState, type FormEvent } from 'react';
import { changeSchedule, createSchedule } from '../../api/actions';
import { useSchedulePayload } from '../../api/queries';
import type { Schedule } from '../../api/types';
import { useAct } from '../../app/act';
import { Dialog } from '../../parts/dialog';
import { View } from '../../parts/view';
import { ProblemPanel } from '../../parts/problem';
import { prettyJson } from '../../json/json-text';
import { useText } from '../../text/language';
import { JobFields, TextFields, TimeFields } from './form-fields';
import { bodyOf, fieldsOf, isJson, type Fields } from './schedule-fields';
import { TimesPreview } from './times-preview';

interface Props {
  /** The one to edit. Without it, a new one is made. */
  schedule?: Schedule;
  onClose: () => void;
}

export function ScheduleDialog({ schedule, onClose }: Props) {
  const { schedule: text } = useText();
  const payload = useSchedulePayload(schedule && schedule.job !== null ? schedule.name : null);
  const isMade = schedule?.job !== null;
  const title = schedule ? text.editTitle(schedule.name) : text.createTitle;
  return (
    <Dialog title={title} onClose={onClose}>
      {schedule && isMade ? (
        <View query={payload}>
          {(json) => <ScheduleForm schedule={schedule} payload={prettyJson(json)} onClose={onClose} />}
        </View>
      ) : (
        <ScheduleForm schedule={schedule} payload="null" onClose={onClose} />
      )}
    </Dialog>
  );
}

/** Of a method, only text and zone can be changed. */
function ScheduleForm({ schedule, payload, onClose }: Props & { payload: string }) {
  const { schedule: text, cancelDialog } = useText();
  const [before] = useState(() => fieldsOf(schedule, payload));
  const [fields, setFields] = useState(before);
  const { isBusy, problem, submit } = useSubmit(fields, schedule ? before : null, onClose);
  const set = (changed: Partial<Fields>) => setFields((now) => ({ ...now, ...changed }));
  const isMade = schedule?.job !== null;
  return (
    <form className="form" onSubmit={submit}>
      <TextFields fields={fields} set={set} isNew={!schedule} />
      <TimesPreview fields={fields} />
      {isMade && <JobFields fields={fields} set={set} />}
      {isMade && <TimeFields fields={fields} set={set} />}
      {problem !== undefined && <ProblemPanel error={problem} />}
      <div className="row row-end">
        <button type="button" className="button" onClick={onClose}>
          {cancelDialog}
        </button>
        <button type="submit" className="button button-main" disabled={isBusy || (isMade && !isJson(fields.payload))}>
          {schedule ? text.save : text.create}
        </button>
      </div>
    </form>
  );
}

/** What the server refuses is shown in the form, which stays open. */
function useSubmit(fields: Fields, before: Fields | null, onClose: () => void) {
  const { actions, schedule: text } = useText();
  const { isBusy, act } = useAct();
  const [problem, setProblem] = useState<unknown>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setProblem(undefined);
    act(async () => {
      try {
        if (before) await changeSchedule(before.name, bodyOf(fields, before));
        else await createSchedule(bodyOf(fields, null));
      } catch (error) {
        setProblem(error);
        throw error;
      }
      onClose();
      return before ? actions.steered(before.name) : text.created(fields.name);
    });
  };
  return { isBusy, problem, submit };
}
