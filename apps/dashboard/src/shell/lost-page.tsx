import { Link } from '@tanstack/react-router';
import { MapPinOff } from 'lucide-react';
import { PATHS } from '../paths.ts';
import { Notice } from '../ui/notice.tsx';

export function LostPage() {
  return (
    <Notice icon={<MapPinOff />} title="There is no page here">
      <p>The address may be mistyped, or from another version of Claude Nexus.</p>
      <Link to={PATHS.requests} className="font-medium text-accent underline underline-offset-2">
        Go to requests
      </Link>
    </Notice>
  );
}
