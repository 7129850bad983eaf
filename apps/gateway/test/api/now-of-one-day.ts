const DAY_MS = 86_400_000;
/** Longer than any file of tests runs. */
const LEFT_MS_MIN = 900_000;

const importedAtMs = Date.now();
const leftMs = DAY_MS - (importedAtMs % DAY_MS);
const behindMs = Math.max(0, LEFT_MS_MIN - leftMs);

/** Epoch milliseconds of now; where midnight of UTC is near, of somewhat before, so that no test begins on one day and ends on the next. */
export function nowOfOneDay(): number {
  return Date.now() - behindMs;
}
