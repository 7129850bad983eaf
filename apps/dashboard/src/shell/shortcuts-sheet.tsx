import { X } from 'lucide-react';
import { IconButton } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Kbd } from '../ui/kbd.tsx';

const GROUPS = [
  {
    name: 'Everywhere',
    keys: [
      [['Ctrl', 'K'], 'Find or go to'],
      [['g', 'l'], 'Go to Live'],
      [['g', 'c'], 'Go to Conversations'],
      [['g', 's'], 'Go to Search'],
      [['g', 'r'], 'Go to Requests'],
      [['g', 'u'], 'Go to Usage'],
      [['g', 'i'], 'Go to Limits'],
      [['g', 'k'], 'Go to Keys'],
      [['g', 'a'], 'Go to Accounts'],
      [['g', 't'], 'Go to Audit'],
      [['?'], 'This sheet'],
      [['Esc'], 'Close, or go back to the list'],
    ],
  },
  {
    name: 'Lists',
    keys: [
      [['j'], 'Next row'],
      [['k'], 'Previous row'],
      [['Enter'], 'Open the row'],
      [['o'], 'Open the row'],
      [['y'], 'Copy the id of the row'],
      [['/'], 'To the filters, or to the words of a search'],
    ],
  },
  {
    name: 'A request',
    keys: [
      [['['], 'Newer request of the list'],
      [[']'], 'Older request of the list'],
      [['1'], 'Messages'],
      [['2'], 'Timing'],
      [['3'], 'Headers'],
      [['4'], 'Raw'],
    ],
  },
  {
    name: 'A conversation',
    keys: [
      [['1'], 'Transcript'],
      [['2'], 'Outline'],
      [['3'], 'Tree'],
      [['e'], 'Latest answer'],
    ],
  },
  { name: 'Keys', keys: [[['n'], 'New key']] },
  { name: 'Live', keys: [[['p'], 'Pause and go on']] },
] as const;

/** Every key that does something. */
export function ShortcutsSheet({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  return (
    <Dialog open={open} label="Keyboard shortcuts" className="mt-[8vh]! max-h-[84vh]!" onClose={onClose}>
      <div className="flex items-center justify-between border-b px-5 py-3">
        <h2 className="text-lg font-semibold">Keyboard shortcuts</h2>
        <IconButton label="Close" onClick={onClose}>
          <X aria-hidden />
        </IconButton>
      </div>
      <div
        tabIndex={0}
        role="region"
        aria-label="Keys"
        className="max-h-[calc(84vh-4rem)] gap-x-10 overflow-y-auto px-5 py-4 sm:columns-2"
      >
        {GROUPS.map((group) => (
          <section key={group.name} className="mb-5 break-inside-avoid">
            <h3 className="mb-1.5 text-xs font-medium text-ink-3">{group.name}</h3>
            <dl>
              {group.keys.map(([keys, about]) => (
                <div key={keys.join(' ')} className="flex items-center justify-between gap-4 py-1 text-sm">
                  <dt>{about}</dt>
                  <dd className="flex gap-1">
                    {keys.map((key) => (
                      <Kbd key={key}>{key}</Kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
