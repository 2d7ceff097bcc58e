import { createLink } from '@tanstack/react-router';
import { useEffect, useRef, type AnchorHTMLAttributes, type ReactNode } from 'react';
import { showCurrent } from './show-current';

interface TabsProps {
  label: string;
  /** Which one is chosen: when that changes, it is scrolled to. */
  chosen: string | undefined;
  children: ReactNode;
}

/** Links to several views of a screen, in a row that can be wider than the window. */
export function Tabs({ label, chosen, children }: TabsProps) {
  const row = useRef<HTMLElement>(null);
  useEffect(() => showCurrent(row.current), [chosen]);
  return (
    <nav ref={row} className="tabs" aria-label={label}>
      {children}
    </nav>
  );
}

interface LinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  isChosen: boolean;
}

/** A link that is one of several views of a screen. Which one is chosen, the screen says, and not the address alone. */
export const TabLink = createLink(({ isChosen, children, ...props }: LinkProps) => (
  <a {...props} aria-current={isChosen ? 'true' : undefined}>
    {children}
  </a>
));
