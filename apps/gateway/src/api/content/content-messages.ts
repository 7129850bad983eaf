import type { ErrorCode, FieldProblem, OperationName } from '@nexus/contract';
import type { Actor } from '@nexus/services';
import type { PgConnection } from '@nexus/storage';

/** What the content thread is started with. */
export interface ContentThreadSettings {
  readonly connection: PgConnection | string;
  readonly prepared: boolean;
  readonly slowQueryMs: number;
}

/** One operation for the content thread; `call` finds its answer again. */
export interface ContentCall {
  readonly call: number;
  readonly name: OperationName;
  readonly actor: Actor;
  readonly input: Readonly<Record<string, unknown>>;
  /** The file that the call brought. */
  readonly uploadFile?: string | null;
}

/** The output of an operation, ready to be sent: JSON as bytes, or a recorded body with what it is. */
export interface ContentOutput {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Null where `bytes` are the JSON of the output. */
  readonly raw: { readonly mediaType: string; readonly contentEncoding: string | null } | null;
}

export type FromContentThread =
  | { readonly type: 'done'; readonly call: number; readonly output: ContentOutput }
  | {
      readonly type: 'failed';
      readonly call: number;
      readonly code: ErrorCode;
      readonly publicMessage: string;
      readonly fields: readonly FieldProblem[];
      readonly problem: string;
    }
  | { readonly type: 'log'; readonly level: 'warn' | 'error'; readonly text: string };
