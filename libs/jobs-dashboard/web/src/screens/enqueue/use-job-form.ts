import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { ApiError } from '../../api/client';
import { enqueue, type JobTypeDetails } from '../../api/enqueue';
import { useNotices } from '../../app/notices';
import { bodyOf, type NewJob } from '../../enqueue/as-code';
import { fieldErrors, type FieldErrors } from '../../enqueue/field-errors';
import { NO_OPTIONS, optionsOf, type OptionTexts } from '../../enqueue/job-options';
import { isJson, payloadOf, valuesOf, type Values } from '../../enqueue/payload-form';
import { fieldsOf, type Field } from '../../enqueue/schema-fields';
import { useText } from '../../text/language';

export interface JobFormState {
  /** Null if the payload can be written as JSON only. */
  fields: readonly Field[] | null;
  mode: 'form' | 'json';
  /** Whether the last try to go to the form failed. */
  isUnshowable: boolean;
  values: Values;
  json: string;
  options: OptionTexts;
  errors: FieldErrors;
  isBusy: boolean;
  /** Null while something cannot be read. */
  job: NewJob | null;
  setValue: (key: string, value: string) => void;
  setJson: (json: string) => void;
  setOption: (name: keyof OptionTexts, value: string) => void;
  setMode: (mode: 'form' | 'json') => void;
  submit: () => void;
}

/** Names of the options in the API and in the form. */
const OPTION_KEYS = ['queue', 'priority', 'delayMs', 'uniqueKey', 'tags'];

export function useJobForm({ type, schema }: JobTypeDetails): JobFormState {
  const payload = usePayload(useMemo(() => fieldsOf(schema), [schema]));
  const [options, setOptions] = useState(NO_OPTIONS);
  const job = jobOf(type, payload, options);
  const keys = ['payload', ...OPTION_KEYS, ...keysOf(payload.fields ?? []).map((key) => `payload.${key}`)];
  const sending = useSending(job, payload.broken, keys);
  return {
    ...payload,
    ...sending,
    options,
    job,
    setOption: (name, value) => setOptions((before) => ({ ...before, [name]: value })),
  };
}

function usePayload(fields: readonly Field[] | null) {
  const [mode, setMode] = useState<'form' | 'json'>(fields ? 'form' : 'json');
  const [values, setValues] = useState<Values>({});
  const [json, setJson] = useState('{}');
  const [isUnshowable, setUnshowable] = useState(false);
  const written =
    fields && mode === 'form' ? payloadOf(fields, values) : { text: json, broken: isJson(json) ? [] : [''] };
  const change = (next: 'form' | 'json') => {
    const shown = fields && next === 'form' ? valuesOf(fields, json) : null;
    if (next === 'json') setJson(written.text);
    if (shown) setValues(shown);
    setUnshowable(next === 'form' && shown === null);
    if (next === 'json' || shown) setMode(next);
  };
  return {
    fields,
    mode,
    values,
    json,
    isUnshowable,
    ...written,
    setMode: change,
    setJson: (next: string) => {
      setUnshowable(false);
      setJson(next);
    },
    setValue: (key: string, value: string) => setValues((before) => ({ ...before, [key]: value })),
  };
}

function jobOf(type: string, payload: ReturnType<typeof usePayload>, texts: OptionTexts): NewJob | null {
  const options = optionsOf(texts);
  return options === null || payload.broken.length > 0 ? null : { type, payload: payload.text, options };
}

/** Sends the job, and shows it. What is wrong with it stays beside the fields. */
function useSending(job: NewJob | null, broken: readonly string[], keys: readonly string[]) {
  const { enqueue: text } = useText();
  const { tell, tellError } = useNotices();
  const navigate = useNavigate();
  const [errors, setErrors] = useState<FieldErrors>({});
  const [isBusy, setBusy] = useState(false);
  const refuse = (error: unknown) => {
    const problem = error instanceof ApiError ? error.problem : {};
    const issues = problem.issues ?? [];
    if (issues.length > 0) setErrors(fieldErrors(issues, keys));
    else tellError(error);
  };
  const send = async (sent: NewJob) => {
    setBusy(true);
    setErrors({});
    try {
      const { id, duplicate } = await enqueue(bodyOf(sent));
      tell(duplicate ? text.duplicate : text.enqueued);
      await navigate({ to: '/job/$id', params: { id } });
    } catch (error) {
      refuse(error);
    } finally {
      setBusy(false);
    }
  };
  return { errors, isBusy, submit: () => (job === null ? setErrors(unreadable(broken, text)) : void send(job)) };
}

/** What the form itself cannot read. */
function unreadable(broken: readonly string[], text: { notJson: string; notDelay: string }): FieldErrors {
  if (broken.length === 0) return { delayMs: [text.notDelay] };
  return Object.fromEntries(broken.map((key) => [key === '' ? 'payload' : `payload.${key}`, [text.notJson]]));
}

function keysOf(fields: readonly Field[]): string[] {
  return fields.flatMap((field) => [field.key, ...keysOf(field.fields)]);
}
