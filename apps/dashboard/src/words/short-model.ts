/** A model's name without what every name shares: vendor prefix and date stamp. */
export function shortModel(model: string): string {
  return model.replace(/^(?:anthropic[./])?claude-/, '').replace(/-20\d{6}(?:-v\d+(?::\d+)?)?$/, '');
}
