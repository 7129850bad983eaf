import type { MetricsFormat } from '@nexus/telemetry';

/** How a page of metrics is written, and what that is called. */
export interface FormatChoice {
  readonly format: MetricsFormat;
  readonly mediaType: string;
}

interface Offer {
  readonly format: MetricsFormat;
  readonly type: string;
  readonly version: string;
}

/** What we write, the best first. */
const OFFERS: readonly Offer[] = [
  { format: 'openmetrics', type: 'application/openmetrics-text', version: '1.0.0' },
  // What the draft was called; scrapers that say nothing else read the same page.
  { format: 'openmetrics', type: 'application/openmetrics-text', version: '0.0.1' },
  { format: 'text', type: 'text/plain', version: '0.0.4' },
];
const TEXT: Offer = { format: 'text', type: 'text/plain', version: '0.0.4' };

/**
 * The format that an `Accept` header likes best (RFC 9110 §12.5.1). OpenMetrics is for those alone who name it; who can read nothing of what
 * we write gets Prometheus's text format, as scrapers and people with a browser expect it.
 */
export function chooseFormat(accept: string | null): FormatChoice {
  const ranges = (accept ?? '').slice(0, ACCEPT_LENGTH_MAX).split(',').map(parseRange);
  let best: Offer = TEXT;
  let bestQuality = 0;
  for (const offer of OFFERS) {
    const quality = findQuality(offer, ranges);
    if (quality > bestQuality) {
      best = offer;
      bestQuality = quality;
    }
  }
  const { format, type, version } = best;
  return { format, mediaType: `${type}; version=${version}; charset=utf-8` };
}

const ACCEPT_LENGTH_MAX = 2_000;

/** One thing that an `Accept` header names. */
interface MediaRange {
  readonly type: string;
  /** Null where any will do. */
  readonly version: string | null;
  /** From 0, never, to 1. */
  readonly quality: number;
}

function parseRange(text: string): MediaRange {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim());
  const values = new Map(
    parameters.map((parameter) => {
      const [name = '', value = ''] = parameter.split('=', 2);
      return [name.trim().toLowerCase(), value.trim().replaceAll('"', '')];
    }),
  );
  const quality = Number(values.get('q') ?? 1);
  return {
    type: type.toLowerCase(),
    version: values.get('version') ?? null,
    quality: Number.isNaN(quality) ? 1 : Math.min(1, Math.max(0, quality)),
  };
}

/** The most exact range that fits decides. */
function findQuality(offer: Offer, ranges: readonly MediaRange[]): number {
  const fitting = ranges.map((range) => [toFit(offer, range), range.quality] as const).filter(([fit]) => fit > 0);
  const closest = Math.max(0, ...fitting.map(([fit]) => fit));
  return Math.max(0, ...fitting.filter(([fit]) => fit === closest).map(([, quality]) => quality));
}

/** How exactly a range names what is offered; 0 is not at all. */
function toFit({ format, type, version }: Offer, range: MediaRange): number {
  if (range.type === type) return range.version === null ? 3 : range.version === version ? 4 : 0;
  if (range.type === `${type.slice(0, type.indexOf('/'))}/*`) return 2;
  return range.type === '*/*' && format === 'text' ? 1 : 0;
}
