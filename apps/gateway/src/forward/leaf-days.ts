/** How long a certificate for a host is good. Apple's systems take none for more than 398 days. */
export const LEAF_DAYS = 90;
