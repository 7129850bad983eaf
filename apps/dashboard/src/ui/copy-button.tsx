import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, IconButton } from './button.tsx';

const SHOWN_MS = 1_600;

interface CopyButtonProps {
  /** What it copies, such as "request id"; read out and shown as tooltip. */
  readonly what: string;
  /** The text, or how to get it when the button is pressed. */
  readonly text: string | (() => string | Promise<string>);
  /** Words on the button; without them it is an icon. */
  readonly label?: string;
  readonly className?: string;
}

/** Copies a text and says so for a moment. */
export function CopyButton({ what, text, label, className }: CopyButtonProps) {
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle');
  useEffect(() => {
    if (state === 'idle') return undefined;
    const timer = setTimeout(() => setState('idle'), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [state]);

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : await text());
      setState('copied');
    } catch {
      setState('refused');
    }
  }

  const icon = state === 'copied' ? <Check aria-hidden className="text-ok" /> : <Copy aria-hidden />;
  const words = { idle: `Copy ${what}`, copied: 'Copied', refused: 'The browser refused to copy' }[state];
  if (label === undefined) {
    return (
      <IconButton label={words} className={className} onClick={() => void copy()}>
        {icon}
      </IconButton>
    );
  }
  return (
    <Button look="outline" icon={icon} aria-label={words} className={className} onClick={() => void copy()}>
      {state === 'copied' ? 'Copied' : label}
    </Button>
  );
}
