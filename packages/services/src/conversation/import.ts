import { type ExportedConversation, GatewayError, type OperationInput, type OperationOutput } from '@nexus/contract';
import type { RecordedRequest } from '@nexus/core';
import { importRecords, type Storage } from '@nexus/storage';
import { toAuditEntry } from '../audit/to-audit-entry.ts';
import type { Context } from '../context.ts';
import { toDomainName } from '../domain/to-domain-name.ts';
import { requireStorage } from '../require-storage.ts';
import { type ExportPart, readExport } from './import/read-export.ts';
import { toDomainRecord } from './import/to-domain-record.ts';

type ImportedConversation = OperationOutput<'conversation.import'>['conversations'][number];

/** Conversations of one file; the file itself is bounded too. */
const CONVERSATIONS_MAX = 10_000;

/**
 * Reads a file of exports twice: first all of it, so that nothing of a broken file is written; then each conversation is
 * written in a transaction of its own.
 */
export async function importConversations(
  context: Context,
  { domain }: OperationInput<'conversation.import'>,
): Promise<OperationOutput<'conversation.import'>> {
  const storage = requireStorage(context);
  if (context.upload === undefined) throw new GatewayError('body-missing');
  const target = domain === undefined ? undefined : requireDomain(domain);
  const outlines = await checkFile(context.upload.open());
  const parts = readExport(context.upload.open(), { verify: false });
  const conversations: ImportedConversation[] = [];
  for (const outline of outlines) {
    // The head, which the first reading has seen.
    await parts.next();
    conversations.push(await importOne(context, { storage, outline, parts, domain: target }));
  }
  return { conversations };
}

/** What must be known of a conversation before its first request is written. */
interface Outline {
  readonly conversation: ExportedConversation;
  readonly startedAtMs: number[];
}

async function checkFile(bytes: AsyncIterable<Uint8Array>): Promise<Outline[]> {
  const outlines: Outline[] = [];
  for await (const part of readExport(bytes, { verify: true })) {
    if (part.kind === 'conversation') outlines.push({ conversation: part.conversation, startedAtMs: [] });
    if (part.kind === 'request') outlines.at(-1)?.startedAtMs.push(part.record.facts.startedAtMs);
    if (outlines.length > CONVERSATIONS_MAX) {
      throw new GatewayError('import-invalid', { publicMessage: `more than ${CONVERSATIONS_MAX} conversations` });
    }
  }
  return outlines;
}

interface OneConversation {
  readonly storage: Storage;
  readonly outline: Outline;
  readonly parts: AsyncGenerator<ExportPart, void>;
  readonly domain: string | undefined;
}

async function importOne(
  context: Context,
  { storage, outline: { conversation, startedAtMs }, parts, domain = conversation.domain }: OneConversation,
): Promise<ImportedConversation> {
  const { conversationIds, importedCount, knownCount } = await importRecords(storage, {
    domain,
    startedAtMs,
    records: readRecords(parts, domain),
    toAudit: (conversationId, requestCount) =>
      toAuditEntry(context, {
        verb: 'import',
        noun: 'conversation',
        nounId: conversationId,
        domain,
        detail: { requestCount, from: conversation.conversationId },
      }),
  });
  const [conversationId = null] = conversationIds;
  const { title } = conversation;
  return { conversationId, domain, title, importedRequestCount: importedCount, knownRequestCount: knownCount };
}

/** The requests up to the end of their conversation. */
async function* readRecords(
  parts: AsyncGenerator<ExportPart, void>,
  domain: string,
): AsyncGenerator<RecordedRequest, void> {
  for (let next = await parts.next(); !next.done; next = await parts.next()) {
    if (next.value.kind === 'end') return;
    if (next.value.kind === 'request') yield toDomainRecord(next.value.record, domain);
  }
}

function requireDomain(text: string): string {
  const domain = toDomainName(text);
  if (domain !== null) return domain;
  throw new GatewayError('field-invalid', {
    publicMessage: 'domain: must be a host name without port, such as team.example.com',
  });
}
