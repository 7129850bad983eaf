export { PHASES, type PhaseName } from './phases.ts';
export { type MetricDeclaration, type MetricName, METRICS, toMetric } from './metrics.ts';
export { ERRORS, toErrorRow, type ErrorCode, type ErrorRow, type ErrorSource } from './errors.ts';
export { type FieldProblem, GatewayError, toFieldError } from './gateway-error.ts';
export {
  BranchSummary,
  ConversationDiff,
  ConversationSegment,
  ConversationSummary,
  PathMessage,
  TreeNode,
} from './conversation-shapes.ts';
export { AccountSummary, AccountTest } from './account-operations.ts';
export {
  CREDENTIAL_FIELDS,
  CredentialShape,
  type CredentialText,
  NewCredential,
  TIME_CLAIMS,
} from './credential-shapes.ts';
export { EnvReference, FileReference, HeaderText, type SecretText } from './secret-shape.ts';
export { type UpstreamSettings, UpstreamShape } from './upstream-settings.ts';
export { AuditEntry } from './audit-operations.ts';
export type { BudgetSummary } from './budget-operations.ts';
export { KEY_SCOPES, type KeySummary } from './key-operations.ts';
export { type LimitSummary, SUBJECT_KINDS } from './limit-operations.ts';
export {
  EXPORT_FORMAT_VERSION,
  type ExportedBody,
  type ExportedBytes,
  type ExportedConversation,
  type ExportedRequest,
  ExportLine,
  toCurrentLine,
} from './export-line.ts';
export { type BatchUse, BodyView, RequestDetail, RequestSummary, UsageShape } from './request-shapes.ts';
export { CacheUse, CacheVerdictKind, CacheVerdictShape } from './cache-shapes.ts';
export { TunnelSummary } from './tunnel-operations.ts';
export { UsageSums } from './usage-shapes.ts';
export { WindowSummary } from './window-operations.ts';
export { SEARCH_ROLES, SearchHit } from './search-operations.ts';
export {
  OPERATIONS,
  type OperationArguments,
  type OperationInput,
  type OperationName,
  type OperationOutput,
  type RawBody,
} from './operations.ts';
export { type OperationDeclaration, type Scope, SCOPES } from './operation-declaration.ts';
export { parseInput } from './parse-input.ts';
export { dropLooserBounds } from './drop-looser-bounds.ts';
export { toDemand } from './to-demand.ts';
export { toCsvColumns } from './to-csv-columns.ts';
export { toInputPlaces, type InputPlaces } from './operation-input.ts';
export { PLAIN_ROUTES, Readiness, SignedIn, SignInBody, type PlainPath, type PlainRoute } from './routes.ts';
export { toOpenApi, type OpenApiSource } from './open-api.ts';
export { ApiError, ApiErrorBody } from './api-error.ts';
export { createClient, type CallOptions, type Client, type ClientOptions } from './client.ts';
export { InFlightRequest, LiveEvent } from './live-events.ts';
export { parseLiveEvent, readLiveFeed, type LiveFrame } from './live-feed-reader.ts';
