import { GatewayError } from '@nexus/contract';

/** An export is made in memory, beside what passes through; the table of errors names this bound. */
export const EXPORT_BYTES_MAX = 134_217_728;

/** Counts what an export takes. */
export interface ByteBudget {
  /** @throws {GatewayError} `export-too-large`. */
  take(bytes: number): void;
}

export function createByteBudget(bytesMax = EXPORT_BYTES_MAX): ByteBudget {
  let taken = 0;
  return {
    take(bytes) {
      taken += bytes;
      if (taken > bytesMax) throw new GatewayError('export-too-large', { detail: { bytesMax } });
    },
  };
}
