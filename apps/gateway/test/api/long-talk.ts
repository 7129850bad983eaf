import type { RecordedRequest } from '@nexus/core';
import { buildTurn } from './conversations.ts';

/** What was said on the main line up to a turn. */
function toLine(turns: number): string[] {
  return Array.from({ length: turns * 2 - 1 }, (_, index) =>
    index % 2 === 0 ? `Ask ${index / 2}` : `Say ${(index - 1) / 2}`,
  );
}

/** A main line of 89 turns, and 29 forks of it at different turns: 207 messages on 30 branches. */
export function buildLongTalk(): readonly RecordedRequest[] {
  const facts = { sessionId: 'long' };
  const turns = Array.from({ length: 89 }, (_, index) =>
    buildTurn({ at: index, said: toLine(index + 1), answer: `Say ${index}`, facts }),
  );
  const forks = Array.from({ length: 29 }, (_, index) => {
    const said = [...toLine(index * 3 + 2).slice(0, -1), `Other ${index}`];
    return buildTurn({ at: 100 + index, said, answer: 'Else', facts });
  });
  return [...turns, ...forks];
}
