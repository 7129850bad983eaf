export { PHASES, type PhaseName } from './phases.ts';
export { ERRORS, toErrorRow, type ErrorCode, type ErrorRow, type ErrorSource } from './errors.ts';
export { GatewayError } from './gateway-error.ts';
export { BodyView, RequestDetail, RequestSummary, UsageShape } from './request-shapes.ts';
export {
  OPERATIONS,
  type OperationArguments,
  type OperationDeclaration,
  type OperationInput,
  type OperationName,
  type OperationOutput,
  type RawBody,
  type Scope,
} from './operations.ts';
export { InFlightRequest, LiveEvent } from './live-events.ts';
