import { useEffect, useState } from 'react';

const SETTLED_MS = 300;

/** A value that changes once it has stayed the same for a moment, such as after the last letter of a word. */
export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  const key = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(JSON.parse(key) as T), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [key]);
  return settled;
}
