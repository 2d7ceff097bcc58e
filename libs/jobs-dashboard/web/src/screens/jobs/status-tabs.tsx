import type { Status } from '../../api/types';
import { tokensOf, withToken } from '../../filter/tokens';
import { StateShape } from '../../parts/state-mark';
import { TabLink, Tabs } from '../../parts/tabs';
import { useText } from '../../text/language';

const TABS = ['pending', 'processing', 'completed', 'failed', 'cancelled'] as const satisfies Status[];

/** One state, or all. They are links, because each has its own address. */
export function StatusTabs({ search }: { search: string }) {
  const text = useText();
  const chosen = tokensOf(search).filter(({ key }) => key === 'status');
  const isChosen = (status: Status | null) =>
    status === null ? chosen.length === 0 : chosen.length === 1 && chosen[0]?.value === status;
  return (
    <Tabs label={text.list.statusColumn} chosen={chosen[0]?.value}>
      {[null, ...TABS].map((status) => (
        <TabLink key={status} to="/" search={{ q: withToken(search, 'status', status) }} isChosen={isChosen(status)}>
          {status !== null && <StateShape mark={status} />}
          {status === null ? text.all : text.status[status]}
        </TabLink>
      ))}
    </Tabs>
  );
}
