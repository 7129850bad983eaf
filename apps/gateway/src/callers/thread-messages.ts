import type { NoRequest } from './no-request.ts';

/** What the thread of the callers is started with. */
export interface CallerThreadSettings {
  readonly host: string;
  readonly port: number;
  /** Of the server behind, on 127.0.0.1. */
  readonly innerPort: number;
  readonly connectionsMax: number;
  /** How long a caller may take nothing of what waits for it. */
  readonly stallMs: number;
  /** See `openAddressTable`. */
  readonly addresses: SharedArrayBuffer;
}

export type ToCallerThread =
  /** What `ask` is answered with, whole; the connection is closed behind it. */
  | { readonly type: 'refusal'; readonly ask: number; readonly bytes: Uint8Array }
  /** Take no new connections. */
  | { readonly type: 'stop' }
  /** Close every connection. */
  | { readonly type: 'destroy' };

export type FromCallerThread =
  | { readonly type: 'listening'; readonly port: number }
  /** The port cannot be had. */
  | { readonly type: 'problem'; readonly code: string | null; readonly message: string }
  /** A connection needs an answer that belongs to no request. */
  | { readonly type: 'ask'; readonly ask: number; readonly why: NoRequest }
  /** Nothing new is taken, and answers to all that was taken have begun. */
  | { readonly type: 'stopped' }
  /** After `stop`: the last connection is closed. */
  | { readonly type: 'empty' }
  | { readonly type: 'destroyed' };
