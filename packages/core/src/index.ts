export type { HeaderList } from '@nexus/anthropic';
export type { AbandonedCall, PricedAbandonedCall } from './exchange/abandoned-call.ts';
export type { PricedBatchMessage } from './exchange/batch-message.ts';
export { OUTCOMES, type Outcome } from './exchange/outcome.ts';
export { PAYLOAD_STATES, type PayloadState, type RecordedCost, type RequestFacts } from './exchange/request-facts.ts';
export type {
  Attempt,
  ErrorDetail,
  PhaseTimings,
  RecordedRequest,
  RequestPayload,
} from './exchange/request-payload.ts';
export { type Chain, CHAIN_STEPS_MAX, type ChainStep, toAnswerEnd, toChain } from './linking/chain.ts';
export { compareRequests, type Fingerprint, type FingerprintFacts, toFingerprint } from './linking/fingerprint.ts';
export { LINK_SOURCES, type Link, type LinkSource, type Placement, type Relation, RELATIONS } from './linking/link.ts';
export { LINK_WINDOWS, type LinkRules } from './linking/link-rules.ts';
export { buildGraph, type Graph } from './linking/build-graph.ts';
export { type Candidate, decideLink, type Known, type KnownBranch, type LinkDecision } from './linking/decide-link.ts';
export { compareGraphs, type LinkChange, type Linked, mendGraph } from './linking/mend-graph.ts';
export { isBeginning, isNeighbour, type LinkKeys, toLinkKeys } from './linking/link-keys.ts';
export { type BranchEnd, type BranchFacts, foldBranch } from './conversation/fold-branch.ts';
export {
  type ConversationFacts,
  type DatedText,
  foldConversation,
  type LatestTurn,
  toTitle,
} from './conversation/fold-conversation.ts';
export type { LinkedRequest, Tally } from './conversation/tally.ts';
export {
  diffRequests,
  type MessagesDiff,
  type RequestDiff,
  type SystemDiff,
  type ToolsDiff,
  type ValueDiff,
} from './diff/diff-requests.ts';
export { findPartMatches, findWordMatches, type TextSpan } from './search/find-matches.ts';
export { parseSearch, type Search, type SearchedWord, type SearchTerm } from './search/parse-search.ts';
export { splitWords, type Word } from './search/split-words.ts';
export { type SnippetPart, toSnippet } from './search/to-snippet.ts';
export { type BilledTokens, toBilledTokens } from './pricing/billed-tokens.ts';
export { CLAUDE_PRICES } from './pricing/claude-prices.ts';
export { findPrice, type FoundPrice, toPlainModelId } from './pricing/find-price.ts';
export type { LongPromptRates, NanoDollars, PriceRow, PriceTable, TokenRates } from './pricing/price-table.ts';
export {
  type Cost,
  type CostParts,
  type PricedCall,
  priceUsage,
  type Pricing,
  PRICINGS,
  type UnpricedReason,
} from './pricing/price-usage.ts';
export { overridePrices, type OverriddenPrices } from './pricing/override-prices.ts';
export {
  CACHE_VERDICTS,
  type CachedTurn,
  type CacheVerdict,
  type CacheVerdictKind,
  type ExplainedTurn,
  explainCacheMiss,
  needsPrompts,
} from './cache/explain-cache-miss.ts';
export { TOOL_CHANGES } from './cache/compare-prompts.ts';
export { priceCacheLoss } from './pricing/price-cache-loss.ts';
export { toRecordedCost } from './pricing/to-recorded-cost.ts';
export { type CallToCome, toWorstCase } from './pricing/worst-case.ts';
export { admitToBudget, type BudgetDecision, type BudgetState } from './limits/admit-to-budget.ts';
export { BUDGET_PERIODS, type BudgetPeriod, type BudgetSpan, toBudgetSpan } from './limits/budget-period.ts';
export {
  type PaidOffAtMs,
  type Rate,
  settleWithRate,
  type Take,
  type Taken,
  takeFromRate,
} from './limits/take-from-rate.ts';
export { toWindowSamples, toWindowSource, toWindowSpanMs, type WindowSample } from './windows/window-sample.ts';
export { type Forecast, forecastWindow, type UsedAt, type WindowToForecast } from './windows/forecast-window.ts';
export { findPercentile, type LatencyHistogram, mergeLatency, toLatencyHistogram } from './usage/latency-steps.ts';
export { toSeed } from './accounts/affinity.ts';
export { type AccountChoice, type Asked, type ChoiceReason, chooseAccount } from './accounts/choose-account.ts';
export {
  HEALTHY,
  type Health,
  type HealthEvent,
  type HealthState,
  REST_REASONS,
  type RestReason,
} from './accounts/health.ts';
export { needsProbe, toOpenMs } from './accounts/is-open.ts';
export { judgeErrorType, judgeStatus, type Judgement } from './accounts/judge-answer.ts';
export { type LimitWindow, parseLimitWindows } from './accounts/limit-window.ts';
export { type AttemptBounds, decideNextAttempt } from './accounts/next-attempt.ts';
export {
  type ModelFilter,
  POOL_STRATEGIES,
  type PoolMember,
  type PoolStrategy,
  toModelFilter,
} from './accounts/pool.ts';
export { stepHealth } from './accounts/step-health.ts';
