export { toConfigFileSchema } from './config-file-schema.ts';
export { describeConfig, type DescribedSetting } from './describe-config.ts';
export { isLoopback, type Config } from './finish-config.ts';
export { loadConfig, type ConfigSources, type LoadedConfig } from './load-config.ts';
export { toProblemText, type Problem } from './problem.ts';
export { readEnvironment, type Environment } from './read-environment.ts';
export { Secret } from './secret.ts';
export { listSettings, type Setting, type SettingKind } from './setting.ts';
export { toOriginText, type SettingOrigin } from './setting-origin.ts';
