/** Fields of one protobuf message by their number, as they stand on the wire (protobuf.dev, "Encoding"). */
export type WireMessage = ReadonlyMap<number, readonly WireValue[]>;
export type WireValue = bigint | Uint8Array;

/** @throws {Error} where the bytes are no message. */
export function readMessage(bytes: Uint8Array): WireMessage {
  const fields = new Map<number, WireValue[]>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 0;
  const readVarint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = view.getUint8(offset);
      offset += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new Error('a varint has no end');
  };
  const readBytes = (length: number): Uint8Array => {
    if (offset + length > bytes.byteLength) throw new Error('a field goes beyond the end');
    offset += length;
    return bytes.subarray(offset - length, offset);
  };
  while (offset < bytes.byteLength) {
    const tag = Number(readVarint());
    const value = readValue(tag & 7, { readVarint, readBytes });
    const number = tag >>> 3;
    fields.set(number, [...(fields.get(number) ?? []), value]);
  }
  return fields;
}

interface WireReader {
  readonly readVarint: () => bigint;
  readonly readBytes: (length: number) => Uint8Array;
}

function readValue(wireType: number, { readVarint, readBytes }: WireReader): WireValue {
  switch (wireType) {
    case 0:
      return readVarint();
    case 1:
      return toUint64(readBytes(8));
    case 2:
      return readBytes(Number(readVarint()));
    case 5:
      return readBytes(4);
    default:
      throw new Error(`wire type ${wireType} is none of proto3's`);
  }
}

function toUint64(bytes: Uint8Array): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
}

export function toMessages(message: WireMessage, field: number): readonly WireMessage[] {
  return (message.get(field) ?? []).map((value) => readMessage(toBytes(value)));
}

export function toBytes(value: WireValue | undefined): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array();
}

export function toText(value: WireValue | undefined): string {
  return new TextDecoder().decode(toBytes(value));
}

/** A fixed64 as it is. */
export function toWhole(value: WireValue | undefined): bigint {
  return typeof value === 'bigint' ? value : 0n;
}

export function toNumber(value: WireValue | undefined): number {
  return typeof value === 'bigint' ? Number(BigInt.asIntN(64, value)) : 0;
}

/** The eight bytes of a fixed64 read as a double. */
export function toDouble(value: WireValue | undefined): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, toWhole(value));
  return view.getFloat64(0);
}

export function toHex(value: WireValue | undefined): string {
  return Buffer.from(toBytes(value)).toString('hex');
}
