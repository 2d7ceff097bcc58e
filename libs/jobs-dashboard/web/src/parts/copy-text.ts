/** Puts text on the clipboard. False if the browser does not allow it. `beside` is the element that was pressed. */
export async function copyText(text: string, beside: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelection(text, beside);
  }
}

/** A page that is not from a secure address has no clipboard, but it may copy what is selected on it. */
function copySelection(text: string, beside: HTMLElement): boolean {
  const area = document.createElement('textarea');
  area.className = 'visually-hidden';
  area.value = text;
  // Outside of an open dialog, nothing can be selected.
  beside.after(area);
  area.select();
  const isCopied = document.execCommand('copy');
  area.remove();
  beside.focus();
  return isCopied;
}
