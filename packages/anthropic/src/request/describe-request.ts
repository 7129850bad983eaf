import type { HeaderList } from '../headers/header-list.ts';
import type { RequestKind } from '../request-kind.ts';

/** What lists show of a request beside its measurements. */
export interface RequestDescription {
  readonly kind: RequestKind;
  readonly messageCount: number;
  /** First 200 characters of the last text the user wrote, on one line. */
  readonly preview: string;
  readonly model: string | null;
  readonly stream: boolean;
  readonly sessionId: string | null;
  readonly agentId: string | null;
  readonly parentAgentId: string | null;
}

/** Tells what a request is from its parsed body (null where there is none), headers and path (without query). */
export function describeRequest(_request: {
  readonly body: unknown;
  readonly headers: HeaderList;
  readonly path: string;
}): RequestDescription {
  throw new Error('not built yet');
}
