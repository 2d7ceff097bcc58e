/** Throws an error that names the option, unless the text is a number that is right. */
export function numberOption(option: string, text: string, isRight: (value: number) => boolean): number {
  const value = Number(text);
  if (text.trim() === '' || !isRight(value)) throw new Error(`${option}: "${text}" is no such number.`);
  return value;
}

/** Finds things by their names in a list such as `drain,enqueue`. Throws an error with the usage for an unknown name. */
export function namedIn<T extends { name: string }>(things: readonly T[], option: string, text: string, usage: string) {
  return text
    .split(',')
    .filter(Boolean)
    .map((name) => {
      const found = things.find((thing) => thing.name === name);
      if (!found) throw new Error(`${option}: there is no scenario "${name}".\n\n${usage}`);
      return found;
    });
}
