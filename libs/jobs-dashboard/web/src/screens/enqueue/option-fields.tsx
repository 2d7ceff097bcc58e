import type { JobTypeDetails } from '../../api/enqueue';
import type { OptionTexts } from '../../enqueue/job-options';
import { useText } from '../../text/language';
import { FieldFrame } from './field-frame';
import type { JobFormState } from './use-job-form';

const PRIORITIES = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

interface Props {
  form: JobFormState;
  details: JobTypeDetails;
}

/** The options of the job. What is left empty is as its type has it. */
export function OptionFields({ form, details }: Props) {
  const { enqueue: text } = useText();
  return (
    <section>
      <h3>{text.options}</h3>
      <div className="fields fields-short">
        <TextOption form={form} name="queue" label={text.queue} hint={text.fallback(details.queue)} />
        <PriorityOption form={form} details={details} />
        <TextOption form={form} name="delay" label={text.delay} hint={text.delayHint} errorKey="delayMs" />
        <TextOption form={form} name="uniqueKey" label={text.key} hint={text.keyHint} />
        <TextOption form={form} name="tags" label={text.tags} hint={text.tagsHint} />
      </div>
    </section>
  );
}

interface TextOptionProps {
  form: JobFormState;
  name: keyof OptionTexts;
  label: string;
  hint: string;
  errorKey?: string;
}

function TextOption({ form: { options, errors, setOption }, name, label, hint, errorKey = name }: TextOptionProps) {
  return (
    <FieldFrame name={label} hint={hint} errors={errors[errorKey]}>
      {(given) => (
        <input
          {...given}
          type="text"
          className="input"
          value={options[name]}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          onChange={({ target }) => setOption(name, target.value)}
        />
      )}
    </FieldFrame>
  );
}

function PriorityOption({ form: { options, errors, setOption }, details }: Props) {
  const { enqueue: text } = useText();
  const hint = `${text.priorityHint} ${text.fallback(String(details.priority))}`;
  return (
    <FieldFrame name={text.priority} hint={hint} errors={errors['priority']}>
      {(given) => (
        <select
          {...given}
          className="input"
          value={options.priority}
          onChange={({ target }) => setOption('priority', target.value)}
        >
          <option value="">{text.notSet}</option>
          {PRIORITIES.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      )}
    </FieldFrame>
  );
}
