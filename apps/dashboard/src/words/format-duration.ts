/** A span of `ms` milliseconds in the unit a person would say it in: `40 µs`, `0.42 ms`, `85 ms`, `1.24 s`, `12.4 s`, `3 m 05 s`. */
export function formatDuration(ms: number): string {
  if (ms > 0 && ms < 0.1) return `${Math.max(1, Math.round(ms * 1_000))} µs`;
  if (ms < 1) return `${trimZeros(ms.toFixed(2))} ms`;
  if (ms < 10) return `${trimZeros(ms.toFixed(1))} ms`;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(Math.floor(ms / 10) / 100).toFixed(2)} s`;
  if (ms < 60_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} m ${pad(seconds % 60)} s`;
  return `${Math.floor(seconds / 3_600)} h ${pad(Math.floor(seconds / 60) % 60)} m`;
}

/** A recorded span, which is whole milliseconds: none of them is less than one, and not nothing. */
export function formatWholeMs(ms: number): string {
  return ms === 0 ? '< 1 ms' : formatDuration(ms);
}

/** A clock that ticks in tenths while an exchange is in flight, so that its width stays still: `4.2 s`, `1 m 04 s`. */
export function formatElapsed(ms: number): string {
  const shown = Math.max(0, ms);
  return shown < 60_000 ? `${(Math.floor(shown / 100) / 10).toFixed(1)} s` : formatDuration(shown);
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
