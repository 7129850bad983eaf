export type { Usage, UsageIteration } from './usage/usage.ts';
export { REQUEST_KINDS, type RequestKind } from './request-kind.ts';
