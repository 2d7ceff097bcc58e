import { useLanguage } from '../text/language';

/** A number as it is written in the reader's language, and `10,000+` if there may be more. */
export function useNumber(): (value: number, capped?: boolean) => string {
  const { language, text } = useLanguage();
  const format = new Intl.NumberFormat(language);
  return (value, capped = false) => (capped ? text.atLeast(format.format(value)) : format.format(value));
}
