import type { OperationInput, RawBody } from '@nexus/contract';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';
import { toHtml } from './export/to-html.ts';
import { writeJsonl } from './export/write-jsonl.ts';
import { loadReadable } from './export/load-readable.ts';
import { toMarkdown } from './export/to-markdown.ts';
import { requireConversation } from './require-conversation.ts';

/** A whole conversation as a file. */
export async function exportConversation(
  context: Context,
  { conversationId, format }: OperationInput<'conversation.export'>,
): Promise<RawBody> {
  const storage = requireStorage(context);
  const found = await requireConversation(storage, conversationId);
  switch (format) {
    case 'jsonl':
      return toFile(await writeJsonl(storage, found), 'application/x-ndjson');
    case 'md':
      return toFile(encoder.encode(toMarkdown(await loadReadable(storage, found))), 'text/markdown; charset=utf-8');
    case 'html':
      return toFile(encoder.encode(toHtml(await loadReadable(storage, found))), 'text/html; charset=utf-8');
    default:
      return format satisfies never;
  }
}

const encoder = new TextEncoder();

function toFile(bytes: Uint8Array, mediaType: string): RawBody {
  return { bytes, mediaType, contentEncoding: null };
}
