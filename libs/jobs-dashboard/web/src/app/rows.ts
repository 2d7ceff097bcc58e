import { useKeys } from './keys';

/** Rows mark themselves with this attribute, and have a link or a button to go to. */
export const ROW = 'data-row';

const OPENER = '[data-open], a, button';

/** `j` and `k` go from row to row, by moving the focus to what opens it. */
export function useRowKeys(): void {
  useKeys({ j: () => moveBy(1), k: () => moveBy(-1) });
}

function moveBy(step: number): void {
  const rows = [...document.querySelectorAll(`[${ROW}]`)];
  const current = rows.findIndex((row) => row.contains(document.activeElement));
  const next = current < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(current + step, 0), rows.length - 1);
  rows[next]?.querySelector<HTMLElement>(OPENER)?.focus();
}

/** The id of the row that has the focus. */
export function focusedRow(): string | null {
  return document.activeElement?.closest(`[${ROW}]`)?.getAttribute(ROW) ?? null;
}
