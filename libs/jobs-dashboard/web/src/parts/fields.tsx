import { useId, type InputHTMLAttributes } from 'react';

interface Labelled {
  label: string;
  value: string;
  onValue: (value: string) => void;
}

interface FieldProps extends Labelled, Omit<InputHTMLAttributes<HTMLInputElement>, 'value' | 'onChange'> {
  hint?: string;
  isCode?: boolean;
  suggestions?: readonly string[];
}

/** One line to fill in, with its label above it. */
export function Field({ label, hint, isCode = false, suggestions, onValue, ...input }: FieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className={isCode ? 'input input-code' : 'input'}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        list={suggestions && `${id}-list`}
        autoComplete="off"
        spellCheck={false}
        {...input}
        onChange={(event) => onValue(event.target.value)}
      />
      {hint !== undefined && (
        <span id={`${id}-hint`} className="quiet note">
          {hint}
        </span>
      )}
      {suggestions && (
        <datalist id={`${id}-list`}>
          {suggestions.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      )}
    </div>
  );
}

interface ChoiceProps<Name extends string> {
  label: string;
  value: Name;
  options: readonly (readonly [name: Name, words: string])[];
  onValue: (value: Name) => void;
}

/** A few ways to go, of which one is chosen. */
export function ChoiceField<Name extends string>({ label, value, options, onValue }: ChoiceProps<Name>) {
  const id = useId();
  return (
    <fieldset className="choice">
      <legend>{label}</legend>
      {options.map(([name, words]) => (
        <label key={name}>
          <input type="radio" name={id} checked={name === value} onChange={() => onValue(name)} />
          {words}
        </label>
      ))}
    </fieldset>
  );
}

export function SelectField({ label, value, options, onValue }: Labelled & { options: readonly [string, string][] }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} className="input" value={value} onChange={(event) => onValue(event.target.value)}>
        {options.map(([name, words]) => (
          <option key={name} value={name}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}

interface TextAreaProps extends Labelled {
  /** What is wrong with it. */
  problem?: string | undefined;
  rows?: number;
}

/** Several lines in a fixed font. */
export function TextAreaField({ label, value, problem, rows = 4, onValue }: TextAreaProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        className="input input-code"
        rows={rows}
        value={value}
        spellCheck={false}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-problem`}
        onChange={(event) => onValue(event.target.value)}
      />
      <span id={`${id}-problem`} className="error-line" role="status">
        {problem}
      </span>
    </div>
  );
}
