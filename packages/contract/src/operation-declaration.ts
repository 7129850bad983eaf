import type { z } from 'zod';

/**
 * What a caller must be allowed to do. `content` is reading prompts and answers, apart from the facts about them; `admin` is
 * deciding what the gateway authenticates with.
 */
export const SCOPES = ['read', 'content', 'write', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** One thing that can be asked of the program; the HTTP route, OpenAPI, typed client and services all come from it. */
export interface OperationDeclaration {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Hono and OpenAPI path, parameters as `:name`. */
  readonly path: `/api/${string}` | `/v1/analytics/${string}` | '/token-stats';
  readonly scope: Scope;
  readonly about: string;
  /** Where the body of the call is a file and no JSON; the fields then travel by path and query. */
  readonly upload?: { readonly mediaType: string; readonly bytesMax: number };
  /** Path, query and body fields together; each is parsed from where it stands. */
  readonly input: z.ZodObject;
  /** Absent for operations that answer with bytes. */
  readonly output?: z.ZodType;
  /**
   * The field of the output that becomes the rows of a table where `format=csv` is asked for; the output itself where it is
   * empty. Absent for operations that have no table.
   */
  readonly csv?: string;
  /** Where that field has rows under names instead of a list: what the names are. It is the first column. */
  readonly csvName?: string;
  /** The path that serves instead. */
  readonly deprecated?: string;
}
