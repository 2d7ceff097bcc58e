import type { Overlap } from '../../api/types';
import { Field, SelectField, TextAreaField } from '../../parts/fields';
import { useText } from '../../text/language';
import { isJson, type Fields } from './schedule-fields';

interface Props {
  fields: Fields;
  set: (changed: Partial<Fields>) => void;
}

export function TextFields({ fields, set, isNew }: Props & { isNew: boolean }) {
  const { schedule: text } = useText();
  return (
    <>
      {isNew && (
        <Field label={text.name} value={fields.name} required maxLength={50} onValue={(name) => set({ name })} />
      )}
      <Field
        label={text.cron}
        hint={text.cronHint}
        value={fields.cron}
        required
        maxLength={100}
        isCode
        onValue={(cron) => set({ cron })}
      />
      <Field
        label={text.timeZone}
        value={fields.timeZone}
        required
        maxLength={50}
        suggestions={ZONES}
        onValue={(timeZone) => set({ timeZone })}
      />
    </>
  );
}

/** The zones that this browser knows. */
const ZONES: readonly string[] = ['UTC', ...Intl.supportedValuesOf('timeZone')];

export function JobFields({ fields, set }: Props) {
  const { schedule: text } = useText();
  const { job, payload, overlap } = fields;
  return (
    <>
      <Field label={text.job} value={job} required maxLength={50} onValue={(value) => set({ job: value })} />
      <TextAreaField
        label={text.payload}
        value={payload}
        problem={isJson(payload) ? undefined : text.badPayload}
        onValue={(value) => set({ payload: value })}
      />
      <SelectField
        label={text.overlap}
        value={overlap}
        options={Object.entries(text.overlaps)}
        onValue={(value) => set({ overlap: value as Overlap })}
      />
    </>
  );
}

export function TimeFields({ fields, set }: Props) {
  const { schedule: text } = useText();
  const { catchUp, last, jitter, startsAt, endsAt, times } = fields;
  const number = { type: 'number', min: 0 } as const;
  const when = { type: 'datetime-local' } as const;
  return (
    <div className="field-grid">
      <SelectField
        label={text.catchUp}
        value={catchUp}
        options={Object.entries(text.catchUps)}
        onValue={(value) => set({ catchUp: value as Fields['catchUp'] })}
      />
      {catchUp === 'last' && (
        <Field label={text.lastCount} value={last} {...number} min={1} onValue={(value) => set({ last: value })} />
      )}
      <Field label={text.jitter} value={jitter} {...number} step="any" onValue={(value) => set({ jitter: value })} />
      <Field
        label={text.times}
        value={times}
        {...number}
        min={1}
        placeholder={text.unlimited}
        onValue={(value) => set({ times: value })}
      />
      <Field label={text.startsAt} value={startsAt} {...when} onValue={(value) => set({ startsAt: value })} />
      <Field label={text.endsAt} value={endsAt} {...when} onValue={(value) => set({ endsAt: value })} />
    </div>
  );
}
