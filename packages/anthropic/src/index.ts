export type { SuspiciousCount, Usage, UsageIteration } from './usage/usage.ts';
export { foldUsage, NO_USAGE } from './usage/fold-usage.ts';
export { estimateUsage, type UsageEvidence } from './usage/estimate-usage.ts';
export {
  type BatchMessage,
  type BatchReader,
  type BatchResults,
  type BatchTally,
  createBatchReader,
} from './batch/create-batch-reader.ts';
export { isBatchResults } from './batch/is-batch-results.ts';
export { REQUEST_KINDS, type RequestKind } from './request-kind.ts';
export { describeRequest, type RequestDescription } from './request/describe-request.ts';
export { type CallSettings, readCallSettings } from './request/read-call-settings.ts';
export { findSessionId } from './request/find-session-id.ts';
export { type CostBounds, scanCostBounds } from './body/scan-cost-bounds.ts';
export { scanTopLevel, type TopLevelScan } from './body/scan-top-level.ts';
export type { SliceKind } from './body/skeleton.ts';
export { splitBody, type BodySlice, type SplitBody } from './body/split-body.ts';
export { type CacheTtl, type Prompt, type PromptBlock, type PromptPart, readPrompt } from './prompt/read-prompt.ts';
export { removeFields } from './body/remove-fields.ts';
export { joinBody, readSliceCounts } from './body/join-body.ts';
export { createAnswerObserver } from './stream/answer-observer.ts';
export type { AnswerObserver, AnswerState } from './stream/answer-state.ts';
export { assembleMessage } from './stream/assemble-message.ts';
export { describeAnswer } from './stream/describe-answer.ts';
export { findHeader } from './headers/find-header.ts';
export type { HeaderList } from './headers/header-list.ts';
export { mergeBetas } from './headers/merge-betas.ts';
export { maskHeaders } from './headers/mask-headers.ts';
export { maskSecretText } from './headers/mask-secret-text.ts';
export { readPartyName } from './request/read-party-name.ts';
export { toAnswerHeaders } from './headers/to-answer-headers.ts';
export {
  toUpstreamHeaders,
  type UpstreamCredential,
  type UpstreamHeadersOptions,
} from './headers/to-upstream-headers.ts';
export { toErrorBody, type ErrorBody } from './error-body.ts';
export { isSameJson } from './normalise/canonical-json.ts';
export { type Digest, type LinkHash, toLinkHash } from './normalise/link-hash.ts';
export type { NormalisedBlock } from './normalise/normalise-block.ts';
export {
  type NormalisedSlice,
  normaliseMessage,
  normaliseSlice,
  type SliceResult,
  UNLINKABLE_REASONS,
  type UnlinkableReason,
} from './normalise/normalise-slice.ts';
export {
  type ConversationBlock,
  type MessagesResult,
  type NormalisedMessages,
  normaliseMessages,
} from './normalise/normalise-messages.ts';
export { type AgentCall, type NormalisedAnswer, normaliseAnswer } from './normalise/normalise-answer.ts';
export { hashSystem } from './normalise/normalise-system.ts';
export { readTitle } from './normalise/read-title.ts';
export { type MessageText, readMessageText, readSystemText } from './search/read-message-text.ts';
