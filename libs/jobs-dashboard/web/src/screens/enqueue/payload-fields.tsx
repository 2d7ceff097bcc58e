import type { FieldErrors } from '../../enqueue/field-errors';
import type { Values } from '../../enqueue/payload-form';
import type { Field } from '../../enqueue/schema-fields';
import { useText } from '../../text/language';
import { FieldFrame } from './field-frame';

interface Props {
  fields: readonly Field[];
  values: Values;
  errors: FieldErrors;
  setValue: (key: string, value: string) => void;
}

export function PayloadFields({ fields, ...rest }: Props) {
  return (
    <div className="fields">
      {fields.map((field) =>
        field.kind === 'group' ? (
          <fieldset key={field.key} className="group-field">
            <legend>{field.name}</legend>
            <PayloadFields {...rest} fields={field.fields} />
          </fieldset>
        ) : (
          <PayloadField key={field.key} {...rest} field={field} />
        ),
      )}
    </div>
  );
}

function PayloadField({ field, values, errors, setValue }: Omit<Props, 'fields'> & { field: Field }) {
  const { enqueue: text } = useText();
  const { key, name, hint, fallback, isRequired } = field;
  const notes = [hint, fallback === '' ? '' : text.fallback(fallback)].filter((note) => note !== '');
  return (
    <FieldFrame name={name} hint={notes.join(' · ')} isOptional={!isRequired} errors={errors[`payload.${key}`]}>
      {(given) => (
        <Control
          given={given}
          field={field}
          value={values[key] ?? ''}
          onChange={({ target }) => setValue(key, target.value)}
        />
      )}
    </FieldFrame>
  );
}

interface ControlProps {
  given: object;
  field: Field;
  value: string;
  onChange: (event: { target: { value: string } }) => void;
}

function Control({ given, field: { kind, choices }, value, onChange }: ControlProps) {
  const common = { ...given, value, onChange, className: 'input' };
  if (kind === 'boolean') return <Choice {...common} choices={['true', 'false']} />;
  if (kind === 'choice') return <Choice {...common} choices={choices} />;
  if (kind === 'json')
    return <textarea {...common} className="input input-code" rows={3} spellCheck={false} autoCapitalize="off" />;
  return (
    <input
      {...common}
      type="text"
      inputMode={kind === 'number' ? 'decimal' : 'text'}
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
    />
  );
}

function Choice({ choices, ...given }: Omit<ControlProps, 'field' | 'given'> & { choices: readonly string[] }) {
  const { enqueue: text } = useText();
  return (
    <select {...given}>
      <option value="">{text.notSet}</option>
      {choices.map((choice) => (
        <option key={choice} value={choice}>
          {choice.startsWith('"') ? String(JSON.parse(choice)) : choice}
        </option>
      ))}
    </select>
  );
}
