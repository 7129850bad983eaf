import { LINK_WINDOWS, type LinkRules } from '@nexus/core';
import { toSha256 } from '../codec/hash.ts';

/** The rules of linking with this program's SHA-256 and the windows as they are unless somebody sets them otherwise. */
export const LINK_RULES: LinkRules = { digest: toSha256, ...LINK_WINDOWS };
