import { useText } from '../text/language';
import { TabLink, Tabs } from './tabs';

/** Lengths of time in hours, as addresses have them, and the names of their texts. */
const PERIODS = [
  ['1', 'hour'],
  ['24', 'day'],
  ['168', 'week'],
  ['720', 'month'],
] as const;

type Hours = (typeof PERIODS)[number][0];

/** The period of an address. The first one, if the address has none that is known. */
export function periodOf(hours: string | undefined): Hours {
  return PERIODS.find(([each]) => each === hours)?.[0] ?? '1';
}

interface Props {
  to: '/overview' | '/performance';
  chosen: Hours;
  /** What else the address says, and goes on to say. */
  rest?: Record<string, string | undefined>;
}

/** Chooses how far back a screen looks. */
export function PeriodTabs({ to, chosen, rest = {} }: Props) {
  const { charts } = useText();
  return (
    <Tabs label={charts.period} chosen={chosen}>
      {PERIODS.map(([hours, name]) => (
        <TabLink
          key={hours}
          to={to}
          search={{ ...rest, hours: hours === '1' ? undefined : hours }}
          isChosen={hours === chosen}
        >
          {charts[name]}
        </TabLink>
      ))}
    </Tabs>
  );
}
