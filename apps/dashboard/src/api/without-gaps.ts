/** The fields that hold something: a filter that is undefined means the same as one that an address does not have. */
export function withoutGaps<Fields extends object>(fields: Fields): Fields {
  const filled = { ...fields };
  for (const [name, value] of Object.entries(fields)) if (value === undefined) Reflect.deleteProperty(filled, name);
  return filled;
}
