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

/** Several lines in a fixed font. `problem`: what is wrong with them. */
export function TextAreaField({ label, value, problem, onValue }: Labelled & { problem?: string | undefined }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        className="input input-code"
        rows={4}
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
