/** Whether a path (without its query) is that of the results of a batch. */
export function isBatchResults(path: string): boolean {
  return RESULTS_PATH.test(path);
}

const RESULTS_PATH = /^\/v1\/messages\/batches\/[^/]+\/results\/?$/;
