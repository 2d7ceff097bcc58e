import { useLanguage } from '../text/language';

const UNITS = ['kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** Bytes as people write them: 12 kB, 3.4 GB. */
export function useSize(): (bytes: number) => string {
  const { language } = useLanguage();
  return (bytes) => {
    const step = bytes < 1_000_000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3) - 1, UNITS.length - 1);
    const value = bytes / 1_000 ** (step + 1);
    const style = { style: 'unit', unit: UNITS[step]!, maximumFractionDigits: value < 10 && step > 0 ? 1 : 0 } as const;
    return new Intl.NumberFormat(language, style).format(value);
  };
}
