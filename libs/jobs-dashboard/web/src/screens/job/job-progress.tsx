import { useText } from '../../text/language';

interface Props {
  percent: number;
  note: string | null;
}

export function JobProgress({ percent, note }: Props) {
  const { job } = useText();
  return (
    <p className="row progress-words">
      <progress max={100} value={percent} aria-label={job.progress} /> <span>{percent} %</span>
      {note !== null && <span className="quiet">{note}</span>}
    </p>
  );
}
