import type { OperationInput, OperationName, OperationOutput } from '@nexus/contract';
import { addAccount } from './account/add.ts';
import { authorizeAccount } from './account/authorize.ts';
import { listAccountSummaries } from './account/list.ts';
import { loginAccount } from './account/login.ts';
import { pauseAccount } from './account/pause.ts';
import { removeAccount } from './account/remove.ts';
import { replaceAccountCredential } from './account/replace.ts';
import { resumeAccount } from './account/resume.ts';
import { rotateAccount } from './account/rotate.ts';
import { testAccount } from './account/test.ts';
import { tryCredential } from './account/try.ts';
import { listAuditEntries } from './audit/list.ts';
import { listBudgetSummaries } from './budget/list.ts';
import { setBudget } from './budget/set.ts';
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
import { expireClientKey } from './key/expire.ts';
import { listClientKeys } from './key/list.ts';
import { revokeClientKey } from './key/revoke.ts';
import { rotateClientKey } from './key/rotate.ts';
import { listClientKeyUsage } from './key/usage.ts';
import { listTrafficLimits } from './limit/list.ts';
import { setTrafficLimit } from './limit/set.ts';
import { getMe } from './me/get.ts';
import { getRequest } from './request/get.ts';
import { listRequestSummaries } from './request/list.ts';
import { getRawBody } from './request/raw.ts';
import { listSearchHits } from './search/list.ts';
import { listMessageRequests } from './search/requests.ts';
import { getStorageStats } from './storage/stats.ts';
import { reportCache } from './usage/cache.ts';
import { listTunnels } from './tunnel/list.ts';
import { listAccountUsage } from './usage/accounts.ts';
import { getCurrentUsage } from './usage/current.ts';
import { listDailyUsage } from './usage/daily.ts';
import { listHourlyRequests, listHourlyTokens } from './usage/hourly.ts';
import { reportLatency } from './usage/latency.ts';
import { listModelUsage } from './usage/models.ts';
import { reportUsage } from './usage/report.ts';
import { getUsageSeries } from './usage/series.ts';
import { getSessionUsage } from './usage/session.ts';
import { listSessionUsage } from './usage/sessions.ts';
import { getSlidingUsage } from './usage/sliding.ts';
import { getUsageStats } from './usage/stats.ts';
import { summarizeUsage } from './usage/summary.ts';
import { getUsageTimeline } from './usage/timeline.ts';
import { listToolUsage } from './usage/tools.ts';
import { getUsageTotals } from './usage/totals.ts';
import { listWindowHistory } from './window/history.ts';
import { listWindowSummaries } from './window/list.ts';
import { listWindowSharers } from './window/shares.ts';

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
  'account.try': tryCredential,
  'account.replace': replaceAccountCredential,
  'account.remove': removeAccount,
  'account.authorize': authorizeAccount,
  'account.login': loginAccount,
  'tunnel.list': listTunnels,
  'domain.list': listDomainSummaries,
  'storage.stats': getStorageStats,
  'key.create': createClientKey,
  'key.list': listClientKeys,
  'key.usage': listClientKeyUsage,
  'key.rotate': rotateClientKey,
  'key.expire': expireClientKey,
  'key.revoke': revokeClientKey,
  'limit.list': listTrafficLimits,
  'limit.set': setTrafficLimit,
  'budget.list': listBudgetSummaries,
  'budget.set': setBudget,
  'usage.report': reportUsage,
  'usage.latency': reportLatency,
  'usage.cache': reportCache,
  'usage.current': getCurrentUsage,
  'usage.daily': listDailyUsage,
  'usage.series': getUsageSeries,
  'usage.accounts': listAccountUsage,
  'usage.sliding': getSlidingUsage,
  'usage.requests': listHourlyRequests,
  'usage.tokens': listHourlyTokens,
  'usage.stats': getUsageStats,
  'usage.totals': getUsageTotals,
  'usage.summary': summarizeUsage,
  'usage.models': listModelUsage,
  'usage.tools': listToolUsage,
  'usage.sessions': listSessionUsage,
  'usage.session': getSessionUsage,
  'usage.timeline': getUsageTimeline,
  'window.list': listWindowSummaries,
  'window.history': listWindowHistory,
  'window.shares': listWindowSharers,
  'audit.list': listAuditEntries,
  'me.get': getMe,
};
