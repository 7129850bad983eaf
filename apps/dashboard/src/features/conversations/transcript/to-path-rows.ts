import type { PathMessage } from '@nexus/contract';
import { toTranscript } from '../../../ui/transcript/to-transcript.ts';
import type { Turn } from '../../../ui/transcript/transcript.ts';

/** One row of a transcript: a message, or the place where the path goes on from a summary. */
export type PathRow =
  | { readonly type: 'message'; readonly key: string; readonly message: PathMessage; readonly turn: Turn }
  | { readonly type: 'summary'; readonly key: string; readonly requestId: string };

/**
 * The messages of a path as rows. Every tool call stands with its result, wherever on the path that came; a message that
 * brought nothing but results has no row of its own.
 */
export function toPathRows(messages: readonly PathMessage[]): readonly PathRow[] {
  const rows: PathRow[] = [];
  let segment = messages[0]?.segment ?? 0;
  for (const turn of toTranscript({ messages }, null).turns) {
    const message = messages[turn.index ?? -1];
    if (message === undefined) continue;
    if (message.segment !== segment) {
      segment = message.segment;
      rows.push({ type: 'summary', key: `segment-${segment}`, requestId: message.requestId });
    }
    rows.push({
      type: 'message',
      key: String(message.position),
      message,
      turn: { ...turn, index: message.position },
    });
  }
  return rows;
}
