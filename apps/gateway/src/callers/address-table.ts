/** Which caller stands behind each connection to the server behind, told across threads by the port of its near end. */
export interface AddressTable {
  set(port: number, address: string): void;
  clear(port: number): void;
  /** Empty for a port that nobody stands behind. */
  find(port: number): string;
}

const PORTS = 65_536;
/** A length, and the longest IPv6 address with the name of an interface that is 15 letters long. */
const ENTRY_BYTES = 64;

/** Memory for a table; both threads open it. Pages that no port uses cost nothing. */
export function createAddressMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(PORTS * ENTRY_BYTES);
}

/**
 * A table over shared memory. An entry is written before the first byte goes to the server behind, which is therefore never
 * asked by a request whose caller is not there yet.
 */
export function openAddressTable(memory: SharedArrayBuffer): AddressTable {
  const bytes = new Uint8Array(memory);
  return {
    set: (port, address) => {
      const text = Buffer.from(address.slice(0, ENTRY_BYTES - 1), 'latin1');
      bytes.set(text, port * ENTRY_BYTES + 1);
      Atomics.store(bytes, port * ENTRY_BYTES, text.byteLength);
    },
    clear: (port) => void Atomics.store(bytes, port * ENTRY_BYTES, 0),
    find: (port) => {
      const start = port * ENTRY_BYTES;
      const length = Atomics.load(bytes, start);
      return length === 0 ? '' : Buffer.from(bytes.subarray(start + 1, start + 1 + length)).toString('latin1');
    },
  };
}
