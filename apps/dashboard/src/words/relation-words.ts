import type { LinkSource, Relation } from '@nexus/core';

/** How a turn stands to the one before it, and what that means for somebody who meets it first. */
export const RELATION_WORDS: Record<Relation, { readonly label: string; readonly about: string }> = {
  root: { label: 'Root', about: 'Begins a conversation.' },
  continues: { label: 'Continues', about: 'The next turn on its branch.' },
  forks: { label: 'Fork', about: 'Another way to go on from a turn that went on already.' },
  retries: { label: 'Retry', about: 'The same turn sent again.' },
  'sub-agent': { label: 'Sub-agent', about: 'The first turn of an agent that a tool call launched.' },
  compacts: { label: 'Compaction', about: 'Goes on from a summary of what was said before.' },
  attached: { label: 'Attached', about: 'Belongs to the conversation and is no turn of it.' },
};

/** What told where a turn belongs. */
export const LINK_SOURCE_WORDS: Record<LinkSource, string> = {
  header: 'a header of the client',
  metadata: 'the metadata of the request',
  prefix: 'the same messages at its beginning',
  'sub-agent call': 'the tool call that launched it',
  summary: 'the summary it goes on from',
  none: 'nothing',
};
