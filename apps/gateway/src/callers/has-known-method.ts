import { METHODS } from 'node:http';

const LONGEST = Math.max(...METHODS.map((method) => method.length));

/** Whether a request begins with a method that the server behind takes; of others it closes without a word. */
export function hasKnownMethod(head: Uint8Array): boolean {
  const [method = ''] = Buffer.from(head.subarray(0, LONGEST + 1))
    .toString('latin1')
    .split(' ', 1);
  return METHODS.includes(method);
}
