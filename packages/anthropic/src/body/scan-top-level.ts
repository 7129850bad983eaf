/** What routing needs of a messages body, or why the body cannot be one. Offsets are bytes from the start of the body. */
export type TopLevelScan =
  | {
      readonly ok: true;
      readonly model: string | null;
      readonly stream: boolean;
      /** `metadata.user_id` as it stands; see `findSessionId`. */
      readonly metadataUserId: string | null;
      /** `system` and the first user message without cache markers, bounded: the same for every request of a conversation. */
      readonly opening: Uint8Array;
    }
  | {
      readonly ok: false;
      readonly problem: string;
      readonly offset: number;
      /** The field with the wrong type, or null where the body as a whole is at fault. */
      readonly field: 'model' | 'stream' | null;
    };

/** Finds `model`, `stream` and session hints by a byte scan. */
export function scanTopLevel(_body: Uint8Array): TopLevelScan {
  throw new Error('not built yet');
}
