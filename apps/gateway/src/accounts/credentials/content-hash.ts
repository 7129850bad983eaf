/** SHA-256 of a text, hex: to tell materials apart without keeping them. */
export function toContentHash(text: string): string {
  return new Bun.CryptoHasher('sha256').update(text).digest('hex');
}
