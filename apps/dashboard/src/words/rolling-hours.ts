/** What is counted of an account that Claude tells no window of; long enough to be compared with those of others. */
export const ROLLING_HOURS = 5;
