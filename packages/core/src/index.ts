export { OUTCOMES, type Outcome } from './exchange/outcome.ts';
export { PAYLOAD_STATES, type PayloadState, type RequestFacts } from './exchange/request-facts.ts';
export type { HeaderList, PhaseTimings, RecordedRequest, RequestPayload } from './exchange/request-payload.ts';
