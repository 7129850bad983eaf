import type { AnswerParts } from './answer.ts';
import type { Exchange } from './exchange.ts';
import type { Observed } from './observe.ts';
import { type ExchangeEnd, type RecordParts, keepPieces } from './record.ts';

/** The feed thins progress itself; telling it four times a second keeps the cost off every piece. */
const PROGRESS_MS = 250;

/** Answers up to this are judged by the recorder alone, where nobody here asks. */
const SHORT_BYTES_MAX = 65_536;

export interface FollowAnswerParts extends Pick<RecordParts, 'live' | 'recorder'> {
  readonly end: (exchange: Exchange, how: ExchangeEnd) => void;
}

/** What happens beside an answer while its bytes pass: counting, watching, keeping, telling watchers. */
export function createAnswerFollower({ live, recorder, end }: FollowAnswerParts): AnswerParts {
  function tellProgress(exchange: Exchange, { watcher }: Observed, atMs: number): void {
    if (exchange.firstTokenMs === null && watcher.hasBegun()) {
      exchange.firstTokenMs = atMs;
      live.firstToken(exchange.requestId, exchange.status ?? 0, Math.round(atMs));
    }
    if (atMs - exchange.toldAtMs < PROGRESS_MS) return;
    const state = watcher.state();
    if (state === null) return;
    exchange.toldAtMs = atMs;
    live.progress({
      requestId: exchange.requestId,
      status: exchange.status,
      outputTokens: state.outputTokens,
      outputTokensEstimated: state.outputTokensEstimated,
      responseBytes: exchange.responseBytes,
    });
  }

  /**
   * Limits settle by it, watchers see it, and who left tells by it whether the answer was whole. What a long answer came to
   * is told here in any case, since the recorder may not have all of it.
   */
  function isSeenWanted({ grant, stoppedBy, responseBytes }: Exchange): boolean {
    return grant !== null || stoppedBy !== null || responseBytes > SHORT_BYTES_MAX || live.isWatched();
  }

  return {
    onPiece: (exchange, observed, { bytes, atMs }) => {
      if (exchange.responseBytes === 0) exchange.toldAtMs = atMs;
      exchange.responseBytes += bytes.byteLength;
      exchange.pieceBytes += bytes.byteLength;
      exchange.pieces.push({ bytes, atMs: Math.round(atMs - (exchange.firstByteMs ?? atMs)) });
      const looked = observed.watcher.push(bytes, () => {
        if (exchange.stream) tellProgress(exchange, observed, exchange.elapsedMs());
      });
      if (looked && exchange.stream) tellProgress(exchange, observed, atMs);
    },
    onPassed: (exchange) => keepPieces(exchange, recorder),
    onEnd: (exchange, { watcher }, broken) => {
      exchange.passed = true;
      exchange.waitingSinceMs = null;
      const finish = (): void => end(exchange, { answered: true, broken, seen: watcher.last(isSeenWanted(exchange)) });
      const decoding = watcher.end();
      if (decoding === null) finish();
      else void decoding.then(finish, finish);
    },
  };
}
