/** An error of our own code over what somebody sent; trying the same again would end the same way, for ever. */
export function isOfReading(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
}
