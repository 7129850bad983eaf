export { PHASES, type PhaseName } from './phases.ts';
export { ERRORS, toErrorRow, type ErrorCode, type ErrorRow, type ErrorSource } from './errors.ts';
export { GatewayError } from './gateway-error.ts';
export { BodyView, RequestDetail, RequestSummary, UsageShape } from './request-shapes.ts';
export {
  OPERATIONS,
  SCOPES,
  type OperationArguments,
  type OperationDeclaration,
  type OperationInput,
  type OperationName,
  type OperationOutput,
  type RawBody,
  type Scope,
} from './operations.ts';
export { parseInput } from './parse-input.ts';
export { toInputPlaces, type InputPlaces } from './operation-input.ts';
export { PLAIN_ROUTES, Readiness, SignedIn, SignInBody, type PlainPath, type PlainRoute } from './routes.ts';
export { toOpenApi, type OpenApiSource } from './open-api.ts';
export { ApiError, ApiErrorBody } from './api-error.ts';
export { createClient, type CallOptions, type Client, type ClientOptions } from './client.ts';
export { InFlightRequest, LiveEvent } from './live-events.ts';
export { parseLiveEvent, readLiveFeed, type LiveFrame } from './live-feed-reader.ts';
