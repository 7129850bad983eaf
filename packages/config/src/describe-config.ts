import type { Config } from './finish-config.ts';
import { Secret } from './secret.ts';
import { listSettings, type Setting } from './setting.ts';
import type { SettingOrigin } from './setting-origin.ts';

/** One line of `nexus config show`. */
export interface DescribedSetting {
  readonly setting: Setting;
  /** The value in force as text; `set` for a secret, empty where there is none. */
  readonly value: string;
  readonly origin: SettingOrigin;
}

/** Every setting with the value in force and where it came from. Secrets are never in it. */
export function describeConfig(loaded: {
  readonly config: Config;
  readonly origins: ReadonlyMap<string, SettingOrigin>;
}): readonly DescribedSetting[] {
  const groups = new Map<string, Map<string, unknown>>(
    Object.entries(loaded.config).map(([group, members]) => [group, new Map(Object.entries(members))]),
  );
  return listSettings().map((setting) => {
    const [group = '', name = ''] = setting.path.split('.');
    return {
      setting,
      value: toShownValue(groups.get(group)?.get(name)),
      origin: loaded.origins.get(setting.path) ?? { kind: 'preset' },
    };
  });
}

function toShownValue(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Secret) return 'set';
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
