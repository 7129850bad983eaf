import { Download } from 'lucide-react';
import { api } from '../../api/client.ts';
import { LinkMenu } from '../../ui/menu.tsx';

const FORMATS = [
  { format: 'jsonl', label: 'JSON Lines', hint: 'every byte, to be read in again' },
  { format: 'md', label: 'Markdown', hint: 'to be read' },
  { format: 'html', label: 'HTML', hint: 'to be read in a browser' },
] as const;

/** The whole conversation as a file. */
export function ExportMenu({ conversationId }: { readonly conversationId: string }) {
  return (
    <LinkMenu
      label="Export"
      icon={<Download aria-hidden />}
      links={FORMATS.map(({ format, label, hint }) => ({
        label,
        hint,
        href: api.url('conversation.export', { conversationId, format }),
        download: `conversation-${conversationId}.${format}`,
      }))}
    />
  );
}
