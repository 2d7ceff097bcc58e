import { useEffect, useRef } from 'react';
import { hrefOf } from '../../api/client';
import type { JobTypeDetails } from '../../api/enqueue';
import { asCode, asCurl, hasLongNumbers } from '../../enqueue/as-code';
import { ActionButton } from '../../parts/action-button';
import { useText } from '../../text/language';
import { CopyTabs } from '../../parts/copy-tabs';
import { OptionFields } from './option-fields';
import { PayloadPart } from './payload-part';
import { useJobForm, type JobFormState } from './use-job-form';

/** The payload and the options of a new job, with the code that would enqueue the same. */
export function JobForm({ details }: { details: JobTypeDetails }) {
  const { enqueue: text } = useText();
  const form = useJobForm(details);
  const element = useFirstError(form.errors);
  return (
    <form ref={element} className="job-form" noValidate>
      <PayloadPart form={form} />
      <OptionFields form={form} details={details} />
      <GeneralErrors errors={form.errors['']} />
      <div className="row">
        <ActionButton kind="main" submits busy={form.isBusy} onAct={form.submit}>
          {text.submit}
        </ActionButton>
      </div>
      <SameJob form={form} />
    </form>
  );
}

/** The focus goes to the first field that is wrong. */
function useFirstError(errors: JobFormState['errors']) {
  const element = useRef<HTMLFormElement>(null);
  useEffect(() => {
    element.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [errors]);
  return element;
}

function GeneralErrors({ errors = [] }: { errors?: readonly string[] | undefined }) {
  if (errors.length === 0) return null;
  return (
    <ul className="panel problem" role="alert">
      {errors.map((error) => (
        <li key={error}>{error}</li>
      ))}
    </ul>
  );
}

function SameJob({ form: { job } }: { form: JobFormState }) {
  const { copying } = useText();
  if (job === null) return null;
  return (
    <section>
      <h3>{copying.title}</h3>
      {hasLongNumbers(job.payload) && <p className="quiet">{copying.rounded}</p>}
      <CopyTabs
        label={copying.tabs}
        codes={[
          { name: copying.code, code: asCode(job) },
          { name: copying.curl, code: asCurl(hrefOf('jobs'), job) },
        ]}
      />
    </section>
  );
}
