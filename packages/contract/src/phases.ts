/**
 * The life of an exchange, in the order in which its phases begin. The same names are the files of the data plane,
 * metric labels, log fields, timing keys in the database and the time line on the request page.
 */
export const PHASES = [
  'receive',
  'identify-domain',
  'authenticate',
  'limit',
  'pick-account',
  'forward',
  'observe',
  'answer',
  'record',
] as const;

export type PhaseName = (typeof PHASES)[number];
