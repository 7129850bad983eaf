/** An ISO instant from what people write after `flag`; a bare day means its first moment in UTC. */
export function toInstant(text: string, flag: string): string {
  const time = Date.parse(text);
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(time)) {
    throw new Error(`${flag} ${text} is not a day or an instant; write 2027-01-31 or 2027-01-31T12:00:00Z`);
  }
  return new Date(time).toISOString();
}
