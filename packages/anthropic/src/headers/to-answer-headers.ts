/** The headers to answer the caller with. */
export function toAnswerHeaders(_upstream: Headers, _requestId: string): Headers {
  throw new Error('not built yet');
}
