/** When each piece of an answer arrived: pairs of (milliseconds since the first byte, bytes of the piece). */
export type PieceTimings = readonly (readonly [atMs: number, bytes: number])[];

/**
 * Packs timings as variable-length integers: time since the piece before in tenths of a millisecond, then bytes. Two or
 * three bytes a piece, where a row a piece took 17 times the disk.
 */
export function packTimings(timings: PieceTimings): Buffer {
  const bytes: number[] = [];
  let beforeTenths = 0;
  for (const [atMs, pieceBytes] of timings) {
    const atTenths = Math.max(beforeTenths, Math.round(atMs * 10));
    pushNumber(bytes, atTenths - beforeTenths);
    pushNumber(bytes, Math.max(0, Math.round(pieceBytes)));
    beforeTenths = atTenths;
  }
  return Buffer.from(bytes);
}

export function unpackTimings(packed: Uint8Array): [atMs: number, bytes: number][] {
  const numbers = readNumbers(packed);
  const timings: [number, number][] = [];
  let atTenths = 0;
  for (let index = 0; index + 1 < numbers.length; index += 2) {
    atTenths += numbers[index] ?? 0;
    timings.push([atTenths / 10, numbers[index + 1] ?? 0]);
  }
  return timings;
}

/** Seven bits a byte, low ones first, the eighth says that more follow; by division, since times outgrow 32 bits. */
function pushNumber(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

function readNumbers(packed: Uint8Array): number[] {
  const numbers: number[] = [];
  let value = 0;
  let scale = 1;
  for (const byte of packed) {
    value += (byte % 128) * scale;
    scale *= 128;
    if (byte >= 128) continue;
    numbers.push(value);
    value = 0;
    scale = 1;
  }
  return numbers;
}
