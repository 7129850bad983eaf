import { readFileSync } from 'node:fs';
import { CLAUDE_PRICES, overridePrices, type PriceTable } from '@nexus/core';

/**
 * The prices that count here: the published ones, and in front of them those of a file. Null: there is no file.
 * Throws, with everything that is wrong, where the file cannot be used: prices that are half read would be false.
 */
export function loadPrices(file: string | null): PriceTable {
  if (file === null) return CLAUDE_PRICES;
  const overridden = overridePrices(CLAUDE_PRICES, readJson(file));
  if (overridden.ok) return overridden.table;
  throw new Error(`NEXUS_PRICES_FILE (${file}) cannot be used:\n  ${overridden.problems.join('\n  ')}`);
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const because = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`NEXUS_PRICES_FILE (${file}) cannot be read: ${because}`, { cause });
  }
}
