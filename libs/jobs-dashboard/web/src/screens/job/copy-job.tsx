import { hrefOf } from '../../api/client';
import type { Job } from '../../api/types';
import { asCode, asCurl, hasLongNumbers } from '../../enqueue/as-code';
import { CopyTabs } from '../../parts/copy-tabs';
import { useText } from '../../text/language';

/** How to enqueue a job like this one. Its unique key is left out: the job itself may still have it. */
export function CopyJob({ job, payload }: { job: Job; payload: string }) {
  const { copying } = useText();
  const { type, queue, priority, tags } = job;
  const same = { type, payload, options: { queue, priority, ...(tags.length > 0 && { tags }) } };
  return (
    <details className="panel copy-job">
      <summary>{copying.title}</summary>
      {hasLongNumbers(payload) && <p className="quiet">{copying.rounded}</p>}
      <CopyTabs
        label={copying.tabs}
        codes={[
          { name: copying.code, code: asCode(same) },
          { name: copying.curl, code: asCurl(hrefOf('jobs'), same) },
        ]}
      />
    </details>
  );
}
