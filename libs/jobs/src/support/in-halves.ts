export interface Halving<Item> {
  attempt: (items: readonly Item[]) => Promise<void>;
  /** Whether an item is at fault, so that the others may succeed. Any other error ends the whole. */
  isItemsFault: (error: unknown) => boolean;
  /** An item that was refused alone. If this throws, that ends the whole. */
  onRefused: (item: Item, error: unknown) => void;
  /** Asked before each attempt: whether to leave the rest. Default: never. */
  isEnough?: () => boolean;
}

/**
 * Attempts all items at once, and halves what is refused until each refused item is alone. It keeps their order. Returns
 * how many of the first items have succeeded or were refused alone: all, unless it was enough before.
 */
export async function inHalves<Item>(items: readonly Item[], halving: Halving<Item>): Promise<number> {
  const { attempt, isItemsFault, onRefused, isEnough = () => false } = halving;
  if (items.length === 0 || isEnough()) return 0;
  try {
    await attempt(items);
    return items.length;
  } catch (error) {
    if (!isItemsFault(error)) throw error;
    if (items.length === 1) {
      onRefused(items[0]!, error);
      return 1;
    }
  }
  const middle = Math.ceil(items.length / 2);
  const first = await inHalves(items.slice(0, middle), halving);
  return first < middle ? first : middle + (await inHalves(items.slice(middle), halving));
}
