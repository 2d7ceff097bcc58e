import { useWhy } from '../../api/queries';
import { useProblemWords } from '../../parts/problem';
import { useText } from '../../text/language';

/** Why a job is not running, in the words of the server. */
export function WhyNot({ id }: { id: string }) {
  const { job, loading } = useText();
  const wordsOf = useProblemWords();
  const { data, error } = useWhy(id);
  const problem = error === null ? undefined : wordsOf(error).what;
  return (
    <section className="why">
      <h2>{job.why}</h2>
      <p>{data?.words ?? problem ?? loading}</p>
    </section>
  );
}
