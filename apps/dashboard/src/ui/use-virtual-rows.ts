import { useVirtualizer } from '@tanstack/react-virtual';
import type { RefCallback, RefObject } from 'react';

/** Rows left above the first one, so that it does not stick to the edge. */
const LEAD_ROWS = 5;

interface VirtualRowsOptions {
  readonly frame: RefObject<HTMLElement | null>;
  readonly count: number;
  readonly rowPx: number;
  /** The row to be in view at first. */
  readonly first?: number;
}

export interface VirtualRows {
  /** Rows in or near the window, with their distance from the top in pixels. */
  readonly items: readonly { readonly index: number; readonly start: number }[];
  readonly heightPx: number;
  readonly scrollTo: (index: number) => void;
}

/**
 * The few rows of a long list that exist. All are of one height. This file is the one place that calls the library: the lint
 * rule that warns of it speaks to users of React's compiler, which this build does not run.
 */
export function useVirtualRows({ frame, count, rowPx, first = 0 }: VirtualRowsOptions): VirtualRows {
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => frame.current,
    estimateSize: () => rowPx,
    overscan: 16,
    initialOffset: Math.max(0, (first - LEAD_ROWS) * rowPx),
  });
  return {
    items: virtual.getVirtualItems(),
    heightPx: virtual.getTotalSize(),
    scrollTo: (index) => virtual.scrollToIndex(index),
  };
}

interface MeasuredRowsOptions {
  readonly frame: RefObject<HTMLElement | null>;
  readonly count: number;
  /** A stable name of each row, so that its height is known again when rows come before it. */
  readonly keyOf: (index: number) => string;
  /** A first guess of a row's height in pixels; the true one is measured. */
  readonly guessPx: (index: number) => number;
}

export interface MeasuredRows {
  readonly items: readonly { readonly key: string; readonly index: number; readonly start: number }[];
  readonly heightPx: number;
  /** To be given to each row as its `ref`, with the row's place in `data-index`. */
  readonly measure: RefCallback<HTMLElement>;
  readonly scrollTo: (index: number) => void;
}

/** The few rows of a long list that exist, each as high as what is in it. */
export function useMeasuredRows({ frame, count, keyOf, guessPx }: MeasuredRowsOptions): MeasuredRows {
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => frame.current,
    getItemKey: keyOf,
    estimateSize: guessPx,
    overscan: 6,
  });
  return {
    items: virtual.getVirtualItems().map(({ key, index, start }) => ({ key: String(key), index, start })),
    heightPx: virtual.getTotalSize(),
    measure: virtual.measureElement,
    scrollTo: (index) => virtual.scrollToIndex(index, { align: 'start' }),
  };
}
