import { ApiError } from '../api/client';
import type { Text } from '../text/en';
import { useText } from '../text/language';
import { fromLocalInput } from '../time/local-input';
import { Field } from './fields';

interface Props {
  value: string;
  onValue: (value: string) => void;
}

/** When jobs fall due, in the zone of this browser. */
export function DueField({ value, onValue }: Props) {
  const { edit } = useText();
  return (
    <Field
      label={edit.due}
      hint={edit.dueNote}
      type="datetime-local"
      step={1}
      required
      value={value}
      onValue={onValue}
    />
  );
}

/** What is in the field, as the API takes it. Throws if that is no time. */
export function dueOf(value: string, { edit }: Text): string {
  const time = fromLocalInput(value);
  if (time === null) throw new ApiError(422, { detail: edit.badTime });
  return time;
}
