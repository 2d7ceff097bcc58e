import { useOverview } from '../api/queries';
import { useText } from '../text/language';

/** Which environment this is, so that nobody takes production for another. */
export function EnvironmentBadge() {
  const text = useText();
  const environment = useOverview().data?.environment;
  if (environment === undefined) return null;
  const kind = /^prod/i.test(environment) ? 'badge badge-strong' : 'badge badge-plain';
  return (
    <span className={kind} title={text.environment(environment)}>
      {environment}
    </span>
  );
}
