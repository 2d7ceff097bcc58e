import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes } from 'react';

interface Props extends AnchorHTMLAttributes<HTMLAnchorElement> {
  isChosen: boolean;
}

/** A link that is one of several views of a screen. Which one is chosen, the screen says, and not the address alone. */
export const TabLink = createLink(({ isChosen, children, ...props }: Props) => (
  <a {...props} aria-current={isChosen ? 'true' : undefined}>
    {children}
  </a>
));
