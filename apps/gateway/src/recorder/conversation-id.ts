/**
 * The conversation of a request while requests are not linked yet: the same domain and affinity key give the same id.
 * A UUID of version 8 (RFC 9562 §5.8) made of SHA-256.
 */
export function toConversationId(domain: string, affinityKey: string): string {
  // A line break cannot stand in a domain, so that no two pairs give the same text.
  const digest = new Bun.CryptoHasher('sha256').update(`${domain}\n${affinityKey}`).digest();
  const hex = digest.subarray(0, 16).toString('hex');
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) % 4);
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, variant + hex.slice(17, 20), hex.slice(20)].join(
    '-',
  );
}
