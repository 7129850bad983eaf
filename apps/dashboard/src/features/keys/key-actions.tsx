import type { KeySummary } from '@nexus/contract';
import { Ban, CalendarClock, RotateCw } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../../api/use-may.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import type { KeyState } from '../../words/key-words.ts';
import { ExpireForm } from './expire-form.tsx';
import { RevokeQuestion } from './revoke-question.tsx';
import { RotateForm } from './rotate-form.tsx';

type Act = 'rotate' | 'expire' | 'revoke';

const TITLES: Record<Act, string> = { rotate: 'Rotate the key', expire: 'Set its end', revoke: 'Revoke the key?' };

interface KeyActionsProps {
  readonly keySummary: KeySummary;
  readonly state: KeyState;
}

/** What can be done with a key as it is. Nothing can with a revoked one. */
export function KeyActions({ keySummary: key, state }: KeyActionsProps) {
  const [act, setAct] = useState<Act | null>(null);
  const may = useMay('key.rotate');
  const close = () => setAct(null);
  if (state.kind === 'revoked') return null;
  if (!may) return <span className="ml-auto text-sm text-ink-3">Changing keys takes the scope “write”.</span>;
  return (
    <div className="ml-auto flex flex-wrap gap-2">
      <Button icon={<RotateCw aria-hidden />} onClick={() => setAct('rotate')}>
        Rotate
      </Button>
      <Button icon={<CalendarClock aria-hidden />} onClick={() => setAct('expire')}>
        Set its end
      </Button>
      <Button icon={<Ban aria-hidden />} className="text-bad!" onClick={() => setAct('revoke')}>
        Revoke
      </Button>
      {act !== null && (
        <Dialog open label={TITLES[act]} closesOutside={false} onClose={close}>
          {act === 'rotate' && <RotateForm keySummary={key} title={TITLES.rotate} onClose={close} />}
          {act === 'expire' && <ExpireForm keySummary={key} title={TITLES.expire} onClose={close} />}
          {act === 'revoke' && <RevokeQuestion keySummary={key} title={TITLES.revoke} onClose={close} />}
        </Dialog>
      )}
    </div>
  );
}
