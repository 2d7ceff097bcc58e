import { Link, useSearch } from '@tanstack/react-router';
import { ApiError } from '../../api/client';
import { useType, type JobTypeDetails } from '../../api/enqueue';
import { View } from '../../parts/view';
import { useText } from '../../text/language';
import { JobForm } from './job-form';
import { TypeList } from './type-list';

/** Adds a job: first its type is chosen, then its payload and options are filled in. */
export function EnqueueScreen() {
  const { nav } = useText();
  const { type } = useSearch({ from: '/enqueue' });
  return (
    <>
      <h1>{nav.enqueue}</h1>
      {type === undefined ? <TypeList /> : <FormOf key={type} type={type} />}
    </>
  );
}

function FormOf({ type }: { type: string }) {
  const { enqueue: text } = useText();
  const query = useType(type);
  const isMissing = query.error instanceof ApiError && query.error.problem.errorCode === 'JOBS_UNKNOWN_TYPE';
  return (
    <>
      <div className="row type-head">
        <h2>{type}</h2>
        <Link to="/enqueue" search={{}}>
          {text.others}
        </Link>
      </div>
      {isMissing ? (
        <p role="alert">{text.missing(type)}</p>
      ) : (
        <View query={query}>{(details) => <KnownType details={details} />}</View>
      )}
    </>
  );
}

function KnownType({ details }: { details: JobTypeDetails }) {
  const { enqueue: text } = useText();
  return (
    <>
      {!details.known && (
        <p className="why" role="note">
          {text.unknown}
        </p>
      )}
      <JobForm details={details} />
    </>
  );
}
