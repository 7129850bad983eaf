import { useState } from 'react';

/** True from the first time on that `is` was: what opened because something is wrong in it stays open while it is mended. */
export function useLatch(is: boolean): boolean {
  const [was, setWas] = useState(is);
  if (is && !was) setWas(true);
  return was;
}
