import { useEffect } from 'react';

const TYPING = 'input:not([type=checkbox]), textarea, select, [contenteditable]';

/** Listens to keys without Ctrl, Alt and the like, except while somebody writes or a dialog is open. */
export function useKeys(handlers: Record<string, () => void>): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof Element && event.target.closest(TYPING) !== null;
      const isCovered = document.querySelector('dialog[open]') !== null;
      if (isTyping || isCovered || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
      const handler = handlers[event.key];
      if (!handler) return;
      event.preventDefault();
      handler();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  });
}
