/** Where the value of a setting came from. */
export type SettingOrigin =
  | { readonly kind: 'preset' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'environment'; readonly env: string }
  | { readonly kind: 'flag'; readonly flag: string };

/** A value that somebody gave, not yet checked. */
export interface Given {
  readonly value: unknown;
  readonly origin: SettingOrigin;
}

/** Where a value came from, in words. */
export function toOriginText(origin: SettingOrigin): string {
  switch (origin.kind) {
    case 'preset':
      return 'default';
    case 'file':
      return origin.path;
    case 'environment':
      return origin.env;
    case 'flag':
      return `--${origin.flag}`;
    default:
      return origin satisfies never;
  }
}
