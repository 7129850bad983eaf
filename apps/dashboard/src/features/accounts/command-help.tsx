import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';

const EXAMPLE = `{
  "accountId": "team-a",
  "type": "command",
  "command": ["/usr/local/bin/print-token", "--for", "claude"],
  "lifetimeSeconds": 600
}`;

/** Why the one kind that runs a program is not added here, and how it is. */
export function CommandHelp({ onClose }: { readonly onClose: () => void }) {
  return (
    <div className="flex flex-col gap-3 text-sm text-ink-2">
      <p>
        Whoever may open this page shall not thereby be able to run programs on the machine of the gateway. So this kind
        is written into a credential file there, such as <code className="font-mono">default.credentials.json</code>; it
        serves within a second.
      </p>
      <div className="flex items-start gap-1 rounded-md border bg-sunken py-2 pr-1 pl-3">
        <pre className="grow overflow-x-auto font-mono text-ink">{EXAMPLE}</pre>
        <CopyButton text={EXAMPLE} what="the example" />
      </div>
      <div className="flex justify-end border-t pt-4">
        <Button onClick={onClose}>Close</Button>
      </div>
    </div>
  );
}
