/** At most `max` of one subject at once. */
export interface SlotAsk {
  readonly bucket: string;
  readonly max: number;
}

/** Exchanges in flight by subject, in this process: a slot lives no longer than what holds it. */
export interface SlotMeter {
  /** Takes a slot of each, or none: then gives the one that has none left. */
  take(asks: readonly SlotAsk[]): SlotAsk | null;
  give(asks: readonly SlotAsk[]): void;
}

export function createSlotMeter(): SlotMeter {
  const taken = new Map<string, number>();
  return {
    take: (asks) => {
      const full = asks.find(({ bucket, max }) => (taken.get(bucket) ?? 0) >= max);
      if (full !== undefined) return full;
      for (const { bucket } of asks) taken.set(bucket, (taken.get(bucket) ?? 0) + 1);
      return null;
    },
    give: (asks) => {
      for (const { bucket } of asks) {
        const left = (taken.get(bucket) ?? 0) - 1;
        if (left > 0) taken.set(bucket, left);
        else taken.delete(bucket);
      }
    },
  };
}
