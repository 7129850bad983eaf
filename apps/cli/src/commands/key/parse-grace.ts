import { InvalidArgumentError } from 'commander';

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;
/** As long as the API lets an old secret live. */
const GRACE_SECONDS_MAX = 30 * SECONDS.d;

/**
 * Seconds of a text such as 30m, 24h or 7d; 0 needs no unit.
 * @throws {InvalidArgumentError} for a number alone, since nobody can tell what was meant, and for more than 30 days.
 */
export function parseGrace(text: string): number {
  if (/^0[smhd]?$/.test(text)) return 0;
  const [, count, unit] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text) ?? [];
  if (count === undefined || !isUnit(unit)) {
    const meant = /^\d+(?:\.\d+)?$/.test(text) ? `${text}m, ${text}h or ${text}d` : '30m, 24h or 7d';
    throw new InvalidArgumentError(`Write how long with its unit: ${meant}; or 0, which ends the old secret at once.`);
  }
  const seconds = Math.round(Number(count) * SECONDS[unit]);
  if (seconds > GRACE_SECONDS_MAX) throw new InvalidArgumentError('The old secret stays good for 30d at most.');
  return seconds;
}

function isUnit(text: string | undefined): text is keyof typeof SECONDS {
  return text !== undefined && Object.hasOwn(SECONDS, text);
}
