/** How much of a row fades out at its end, in pixels. */
const FADE = 32;

/** Scrolls a row of links sideways until the one of the current view can be seen. The page itself stays where it is. */
export function showCurrent(row: HTMLElement | null): void {
  const current = row?.querySelector<HTMLElement>('[aria-current]');
  if (!row || !current) return;
  const { left, width } = row.getBoundingClientRect();
  const link = current.getBoundingClientRect();
  const isSeen = link.left >= left && link.right <= left + width - FADE;
  if (!isSeen) row.scrollLeft += link.left - left - (width - link.width) / 2;
}
