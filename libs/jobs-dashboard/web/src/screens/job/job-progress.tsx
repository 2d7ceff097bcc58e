import { useText } from '../../text/language';

export function JobProgress({ percent }: { percent: number }) {
  const { job } = useText();
  return (
    <p className="row progress-words">
      <progress max={100} value={percent} aria-label={job.progress} /> {percent} %
    </p>
  );
}
