import type { ErrorRow } from './error-row.ts';

/** Of requests that break the rules of HTTP itself. */
export const HTTP_ERRORS = {
  'http-malformed': {
    status: 400,
    source: 'client',
    retryable: false,
    anthropicType: 'invalid_request_error',
    message: 'This is no HTTP/1.1 request that can be read.',
    about:
      'A request has two different lengths, a control character in a header, no request line or the like. Nothing of it was passed on.',
    check:
      'The client, or a proxy before us; the message names what is wrong. The `detail` of the record names the peer.',
  },
  'head-too-large': {
    status: 431,
    source: 'client',
    retryable: false,
    anthropicType: 'invalid_request_error',
    message: 'The head of this request is larger than 16 KB, or has more than 200 headers.',
    about: 'A request has too long an address or too many headers. Nothing of it was passed on.',
    check: 'What the client puts into headers and cookies. The `detail` of the record names the peer.',
  },
  'head-unfinished': {
    status: 408,
    source: 'client',
    retryable: false,
    anthropicType: 'invalid_request_error',
    message: 'The head of this request did not come to its end: no empty line, and nothing more.',
    about: 'A connection began a request and then fell silent, or said that nothing more would come.',
    check: 'The client, or a proxy before us. The `detail` of the record names the peer.',
  },
  'body-unfinished': {
    status: 408,
    source: 'client',
    retryable: true,
    anthropicType: 'invalid_request_error',
    message: 'The body of this request did not come to its end in time.',
    about: 'A request promised more bytes than came, and was silent for NEXUS_BODY_TIMEOUT_MS.',
    check: 'The way between the client and us. The `detail` of the record has how many bytes were promised.',
  },
} as const satisfies Record<string, ErrorRow>;
