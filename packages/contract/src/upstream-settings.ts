import { z } from 'zod';

const HttpUrl = z
  .url({ protocol: /^https?$/ })
  .refine((url) => !/[?#]/.test(url), 'must be without query and fragment')
  .transform((url) => url.replace(/\/+$/, ''));
const PathPart = z.string().startsWith('/', 'must begin with a slash');
const HeaderName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'must be the name of a header')
  .max(200);
const HeaderValue = z
  .string()
  .max(4096)
  .regex(/^[\x20-\x7e]*$/, 'must be printable characters');

/** Where the requests of an account go, if not to CLAUDE_API_BASE_URL, and what is changed on the way. */
export const UpstreamShape = z.strictObject({
  baseUrl: HttpUrl.optional(),
  /** Beginning of a path → what stands there instead; the longest that fits counts. */
  paths: z.record(PathPart, PathPart).default({}),
  setHeaders: z.record(HeaderName, HeaderValue).default({}),
  removeHeaders: z.array(HeaderName).max(100).default([]),
  /** A beta of `anthropic-beta` and the top-level field that belongs to it; both are taken out together. */
  withoutBetas: z
    .array(z.strictObject({ beta: z.string().min(1), field: z.string().min(1).optional() }))
    .max(100)
    .default([]),
  /** PEM file with the certificate authorities to trust besides the usual ones. */
  caFile: z.string().min(1).optional(),
  /** `http://…` of an egress proxy. */
  proxyUrl: HttpUrl.optional(),
});

export type UpstreamSettings = z.output<typeof UpstreamShape>;
