import { useId, type ReactNode } from 'react';
import { useText } from '../../text/language';

interface Given {
  id: string;
  'aria-invalid': boolean;
  'aria-describedby': string | undefined;
}

interface Props {
  name: string;
  hint?: string;
  isOptional?: boolean;
  errors?: readonly string[] | undefined;
  children: (given: Given) => ReactNode;
}

/** A control with its name, what it is for, and what is wrong with it. */
export function FieldFrame({ name, hint = '', isOptional = false, errors = [], children }: Props) {
  const { enqueue: text } = useText();
  const id = useId();
  const notes = [...(hint === '' ? [] : [`${id}-hint`]), ...(errors.length === 0 ? [] : [`${id}-error`])];
  return (
    <div className="field">
      <label htmlFor={id}>
        {name} {isOptional && <span className="quiet field-optional">{text.optional}</span>}
      </label>
      {children({ id, 'aria-invalid': errors.length > 0, 'aria-describedby': notes.join(' ') || undefined })}
      {hint !== '' && (
        <p id={`${id}-hint`} className="quiet field-hint">
          {hint}
        </p>
      )}
      {errors.length > 0 && (
        <ul id={`${id}-error`} className="field-error">
          {errors.map((error) => (
            <li key={error}>{error}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
