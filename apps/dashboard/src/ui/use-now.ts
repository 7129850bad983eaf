import { useEffect, useState } from 'react';

/** The time now (epoch ms), told anew every `everyMs`; stands still while `running` is false or the page is hidden. */
export function useNow(everyMs: number, running = true): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(() => {
      if (!document.hidden) setNow(Date.now());
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs, running]);
  return now;
}
