import type { KeyUse } from '@nexus/storage';

/** When keys were last used, until the database knows. */
export interface UseNotes {
  note(keyId: string, atMs: number): void;
  /** Saves what is new: at once of a key that was quiet, and once a minute of one that is used all the time. */
  saveDue(nowMs: number): Promise<void>;
  /** Saves all that is noted. */
  saveAll(): Promise<void>;
}

/** A key's last use is known to the minute. */
const SAVE_MS = 60_000;

/** `save` is false where it could not; then it is told again with what comes next. */
export function createUseNotes(save: (uses: readonly KeyUse[]) => Promise<boolean>): UseNotes {
  const noted = new Map<string, number>();
  /** Until when a key waits that was just saved: those of one minute. */
  const waiting = new Map<string, number>();
  let isSaving = false;

  async function saveOf(keyIds: readonly string[]): Promise<boolean> {
    const uses = keyIds.map((keyId) => ({ keyId, usedAtMs: noted.get(keyId) ?? 0 }));
    for (const keyId of keyIds) noted.delete(keyId);
    const saved = await save(uses).catch(() => false);
    // What was noted meanwhile is later.
    if (!saved) for (const { keyId, usedAtMs } of uses) noted.set(keyId, noted.get(keyId) ?? usedAtMs);
    return saved;
  }

  return {
    note: (keyId, atMs) => void noted.set(keyId, atMs),
    saveDue: async (nowMs) => {
      if (isSaving) return;
      for (const [keyId, untilMs] of waiting) if (untilMs <= nowMs) waiting.delete(keyId);
      const due = [...noted.keys()].filter((keyId) => !waiting.has(keyId));
      if (due.length === 0) return;
      isSaving = true;
      const saved = await saveOf(due);
      isSaving = false;
      if (saved) for (const keyId of due) waiting.set(keyId, nowMs + SAVE_MS);
    },
    saveAll: async () => {
      if (noted.size > 0) await saveOf([...noted.keys()]);
    },
  };
}
