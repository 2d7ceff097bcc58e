import { useText } from '../../text/language';
import { FieldFrame } from './field-frame';
import { PayloadFields } from './payload-fields';
import type { JobFormState } from './use-job-form';

/** The payload, as a form or as JSON. */
export function PayloadPart({ form }: { form: JobFormState }) {
  const { enqueue: text } = useText();
  const { fields, mode, values, errors, setValue } = form;
  return (
    <section>
      <div className="row">
        <h3>{text.payload}</h3>
        {fields && <ModeSwitch form={form} />}
      </div>
      {fields && mode === 'form' ? (
        <>
          <PayloadErrors errors={errors['payload']} />
          <PayloadFields fields={fields} values={values} errors={errors} setValue={setValue} />
        </>
      ) : (
        <JsonField form={form} />
      )}
    </section>
  );
}

function ModeSwitch({ form: { mode, setMode } }: { form: JobFormState }) {
  const { enqueue: text } = useText();
  return (
    <div className="row switch" role="group" aria-label={text.payload}>
      {(['form', 'json'] as const).map((each) => (
        <button
          key={each}
          type="button"
          className="button button-small"
          aria-pressed={each === mode}
          onClick={() => setMode(each)}
        >
          {text[each]}
        </button>
      ))}
    </div>
  );
}

/** About the payload as a whole, such as its size. */
function PayloadErrors({ errors = [] }: { errors?: readonly string[] | undefined }) {
  return errors.map((error) => (
    <p key={error} className="field-error" role="alert">
      {error}
    </p>
  ));
}

function JsonField({ form: { fields, json, isUnshowable, errors, setJson } }: { form: JobFormState }) {
  const { enqueue: text } = useText();
  const found = Object.entries(errors).flatMap(([key, messages]) => payloadErrors(key, messages));
  const problems = [...(isUnshowable ? [text.notInForm] : []), ...found];
  return (
    <FieldFrame name={text.json} hint={fields ? '' : text.noForm} errors={problems}>
      {(given) => (
        <textarea
          {...given}
          className="input input-code"
          rows={10}
          value={json}
          spellCheck={false}
          autoCapitalize="off"
          onChange={({ target }) => setJson(target.value)}
        />
      )}
    </FieldFrame>
  );
}

function payloadErrors(key: string, messages: readonly string[]): string[] {
  if (key !== 'payload' && !key.startsWith('payload.')) return [];
  const path = key.slice('payload.'.length);
  return messages.map((message) => (path === '' ? message : `${path}: ${message}`));
}
