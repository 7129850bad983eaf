import type { OperationInput, OperationName, OperationOutput } from '@nexus/contract';
import { addAccount } from './account/add.ts';
import { authorizeAccount } from './account/authorize.ts';
import { listAccountSummaries } from './account/list.ts';
import { loginAccount } from './account/login.ts';
import { pauseAccount } from './account/pause.ts';
import { resumeAccount } from './account/resume.ts';
import { rotateAccount } from './account/rotate.ts';
import { testAccount } from './account/test.ts';
import { listAuditEntries } from './audit/list.ts';
import type { Context } from './context.ts';
import { deleteConversationForGood } from './conversation/delete.ts';
import { diffConversation } from './conversation/diff.ts';
import { exportConversation } from './conversation/export.ts';
import { getConversation } from './conversation/get.ts';
import { importConversations } from './conversation/import.ts';
import { listConversationSummaries } from './conversation/list.ts';
import { listConversationMessages } from './conversation/messages.ts';
import { getConversationTree } from './conversation/tree.ts';
import { listDomainSummaries } from './domain/list.ts';
import { createClientKey } from './key/create.ts';
import { listClientKeys } from './key/list.ts';
import { revokeClientKey } from './key/revoke.ts';
import { getMe } from './me/get.ts';
import { getRequest } from './request/get.ts';
import { listRequestSummaries } from './request/list.ts';
import { getRawBody } from './request/raw.ts';
import { listSearchHits } from './search/list.ts';
import { listMessageRequests } from './search/requests.ts';
import { getStorageStats } from './storage/stats.ts';

/** A body for every operation of the contract: a missing one is a type error. */
export type OperationBodies = {
  readonly [N in OperationName]: (context: Context, input: OperationInput<N>) => Promise<OperationOutput<N>>;
};

export const OPERATION_BODIES: OperationBodies = {
  'request.list': listRequestSummaries,
  'request.get': getRequest,
  'request.raw': getRawBody,
  'conversation.list': listConversationSummaries,
  'conversation.get': getConversation,
  'conversation.tree': getConversationTree,
  'conversation.messages': listConversationMessages,
  'conversation.diff': diffConversation,
  'conversation.delete': deleteConversationForGood,
  'conversation.export': exportConversation,
  'conversation.import': importConversations,
  'search.list': listSearchHits,
  'search.requests': listMessageRequests,
  'account.list': listAccountSummaries,
  'account.test': testAccount,
  'account.pause': pauseAccount,
  'account.resume': resumeAccount,
  'account.rotate': rotateAccount,
  'account.add': addAccount,
  'account.authorize': authorizeAccount,
  'account.login': loginAccount,
  'domain.list': listDomainSummaries,
  'storage.stats': getStorageStats,
  'key.create': createClientKey,
  'key.list': listClientKeys,
  'key.revoke': revokeClientKey,
  'audit.list': listAuditEntries,
  'me.get': getMe,
};
