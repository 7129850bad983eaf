export type { PgConnection } from './connection.ts';
export { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded/start-embedded-postgres.ts';
export { StorageError, type StorageErrorCode } from './storage-error.ts';
export type { StorageLog } from './storage-log.ts';
export { openStorage, type Storage, type StorageOptions } from './storage.ts';
export { migrate } from './migrations/migrate.ts';
export { type ChangeWatch, type ChangeWatchOptions, watchChanges } from './changes/watch-changes.ts';
export { withDatabaseLock } from './lock/database-lock.ts';
export { withLock } from './lock/file-lock.ts';
export { type Migration, MIGRATIONS } from './migrations/migrations.ts';
export { ensurePartitions } from './migrations/ensure-partitions.ts';
export {
  listRequests,
  type RequestListInput,
  type RequestPage,
  type StatusFilter,
} from './queries/request/list-requests.ts';
export {
  findRequest,
  type FoundRequest,
  type StoredRequestBody,
  type StoredResponseBody,
} from './queries/request/find-request.ts';
export { rebuildRequestBody, type RebuiltBody } from './queries/request/rebuild-request-body.ts';
export { findResponseBody, type FoundResponseBody } from './queries/request/find-response-body.ts';
export { deleteSecrets } from './queries/account/delete-secrets.ts';
export { findSecret } from './queries/account/find-secret.ts';
export { saveSecret, type SealedSecret } from './queries/account/save-secret.ts';
export { type AccountTraffic, listAccountTraffic } from './queries/account/list-account-traffic.ts';
export { type DomainSummary, listDomains } from './queries/domain/list-domains.ts';
export { loadStorageStats, type StorageStats } from './queries/storage/load-storage-stats.ts';
export type { ClientKey } from './queries/key/key-row.ts';
export { createKey, type NewKey } from './queries/key/create-key.ts';
export { type BudgetStanding, listBudgets, listBudgetStandings } from './queries/budget/list-budgets.ts';
export { type Budget, type BudgetChange, saveBudget } from './queries/budget/save-budget.ts';
export { type BudgetAsk, reserveBudgets, type StoodBudget } from './queries/budget/reserve-budgets.ts';
export { type BudgetSettlement, renewBudgets, settleBudgets, sweepBudgets } from './queries/budget/settle-budgets.ts';
export { findKey } from './queries/key/find-key.ts';
export { expireKey, type KeyExpiry, type KeyRotation, rotateKey } from './queries/key/change-key.ts';
export { type KeyUsage, listKeyUsage } from './queries/key/list-key-usage.ts';
export { listKeys } from './queries/key/list-keys.ts';
export { type KeyUse, saveKeyUses } from './queries/key/save-key-uses.ts';
export { listLimits } from './queries/limit/list-limits.ts';
export { type LimitSubject, type SavedLimit, saveLimit, type TrafficLimits } from './queries/limit/save-limit.ts';
export type { SubjectKind } from './limit-tables.ts';
export type { KeyScope } from './schema.ts';
export { type KeyRevocation, revokeKey } from './queries/key/revoke-key.ts';
export { type KeyHash, loadKeyHashes } from './queries/key/load-key-hashes.ts';
export type {
  RecordWriter,
  RecordWriterLimits,
  RecordWriterOptions,
  RecordWriterStats,
  RelinkedRequest,
  WrittenBatch,
  WrittenRequest,
} from './writer/record-writer.ts';
export { decodeBody } from './codec/decode-body.ts';
export { createRecordWriter } from './writer/create-record-writer.ts';
export type { StoredConversation } from './linking/conversation-rows.ts';
export {
  type ConversationListInput,
  type ConversationPage,
  listConversations,
} from './queries/conversation/list-conversations.ts';
export { findConversation, type FoundConversation } from './queries/conversation/find-conversation.ts';
export {
  loadConversationTree,
  TREE_REQUESTS_MAX,
  type TreeRequest,
} from './queries/conversation/load-conversation-tree.ts';
export { listPathMessages, type PathMessage, type PathSegment } from './queries/conversation/list-path-messages.ts';
export { relink, type RelinkOptions, type RelinkReport } from './linking/relink.ts';
export type { Follower } from './follow/create-follower.ts';
export { createSearchFiller } from './search/create-search-filler.ts';
export { SEARCHED_TEXT_MAX } from './search/read-texts.ts';
export type { SearchScope } from './queries/search/search-conditions.ts';
export type { SearchCursor, SearchHit, SearchPage, SearchRole } from './queries/search/search-hit.ts';
export { searchWords } from './queries/search/search-words.ts';
export { type PartSearchPage, searchParts } from './queries/search/search-parts.ts';
export { type Carrier, type Carriers, listCarriers, toMessageKey } from './queries/search/list-carriers.ts';
export {
  type ConversationParts,
  listPlaces,
  loadConversationParts,
  loadRequests,
  type RequestPlace,
} from './queries/search/list-places.ts';
export { loadSearchProgress, type SearchProgress } from './queries/search/load-search-progress.ts';
export { type ConversationDeletion, deleteConversation } from './queries/conversation/delete-conversation.ts';
export { type AuditDetail, type AuditEntry, insertAudit } from './queries/audit/insert-audit.ts';
export type { Keyset } from './queries/keyset.ts';
export { type AuditListInput, type AuditPage, listAudit } from './queries/audit/list-audit.ts';
export { type KeptBody, type KeptRequest, type KeptSlice, walkPayload } from './queries/conversation/walk-payload.ts';
export { type ImportReport, importRecords, type RecordImport } from './writer/import-records.ts';
export { findRequestTime } from './queries/request/request-time.ts';
export { type RetentionOptions, type RetentionReport, runRetention } from './retention/run-retention.ts';
export type { RetentionRules } from './retention/retention-rules.ts';
export { claimAccountTurns } from './queries/account/claim-account-turns.ts';
export { forgetSharedStates } from './queries/account/forget-shared-states.ts';
export { loadSharedStates } from './queries/account/load-shared-states.ts';
export { saveSharedStates, type SharedKind, type SharedState } from './queries/account/save-shared-states.ts';
export { loadUsageReport, type UsageGroup, type UsageReport } from './queries/usage/load-usage-report.ts';
export type { UsageReportRow } from './queries/usage/fold-usage-report.ts';
export { loadSteps, type UsageSteps, type UsageStepUnit } from './queries/usage/load-steps.ts';
export { loadUsageLatency } from './queries/usage/load-usage-latency.ts';
export { loadUsageWindow } from './queries/usage/load-usage-window.ts';
export { loadUsageSeries, type UsagePoint } from './queries/usage/load-usage-series.ts';
export { type DoubtfulModel, listDoubtfulModels } from './queries/usage/list-doubtful-models.ts';
export { listUsageAccounts } from './queries/usage/list-usage-accounts.ts';
export { loadSessionTokens, type SessionTokens } from './queries/usage/load-session-tokens.ts';
export { findUsageSession, listUsageSessions, type SessionUsage } from './queries/usage/list-usage-sessions.ts';
export { countModelSessions } from './queries/usage/count-model-sessions.ts';
export { countUsageSessions, listSessionCounts } from './queries/usage/count-usage-sessions.ts';
export { listSessionTools, listUsageTools } from './queries/usage/list-usage-tools.ts';
export type { TimeRange, UsageFilter } from './queries/usage/usage-source.ts';
export { USAGE_SUM_NAMES, type UsageSumName, type UsageTotals } from './queries/usage/usage-sums.ts';
export { listWindows, type KnownWindow } from './queries/window/list-windows.ts';
export { listWarnings, listWindowSamples, type KeptSample } from './queries/window/list-window-samples.ts';
export { loadWindowUse, type WindowSpan, type WindowUse } from './queries/window/load-window-use.ts';
export { listWindowShares, type WindowShare, type WindowSharer } from './queries/window/list-window-shares.ts';
export { type BatchUse, loadBatchUse } from './queries/request/load-batch-use.ts';
export { closeDays } from './usage/close-days.ts';
export { checkUsage, type UsageCheckOptions, type UsageCheckReport } from './usage/check-usage.ts';
export {
  type CacheGroupRow,
  type CacheReportRow,
  type CacheTotals,
  loadCacheGroups,
  loadCacheReport,
} from './queries/cache/load-cache-report.ts';
export {
  type CacheMiss,
  type CacheTurn,
  findCacheTurn,
  listCacheMisses,
  listCacheTurns,
} from './queries/cache/list-cache-turns.ts';
export { checkCache } from './cache/check-cache.ts';
export type { JudgedTurn } from './cache/judge-batch.ts';
export { createCacheJudge } from './cache/create-cache-judge.ts';
export { type RepriceOptions, type RepriceReport, repriceUsage } from './usage/reprice-usage.ts';
