import { Link } from '@tanstack/react-router';
import {
  Activity,
  ChartColumn,
  Gauge,
  GitBranch,
  IdCard,
  Keyboard,
  KeyRound,
  List,
  LogOut,
  Monitor,
  Moon,
  ScrollText,
  Sun,
  TextSearch,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { PATHS, type RoomPath } from '../paths.ts';
import { type Theme, THEMES } from '../theme/theme.ts';
import { useAccountTroubles } from '../api/use-account-troubles.ts';
import { useLive } from '../api/live/use-live.ts';
import { useNearCount } from '../rules/use-near-count.ts';
import { IconButton } from '../ui/button.tsx';
import { join } from '../ui/join.ts';
import { Kbd } from '../ui/kbd.tsx';
import { countOf } from '../words/format-count.ts';
import { Mark } from './mark.tsx';

interface RailProps {
  readonly theme: Theme;
  readonly onTheme: (theme: Theme) => void;
  readonly onHelp: () => void;
  readonly onLeave: () => void;
}

/** The rooms of the product. On a phone it lies at the bottom, where there is room for the name of one. */
export function Rail({ theme, onTheme, onHelp, onLeave }: RailProps) {
  return (
    <div className="flex shrink-0 border-t bg-canvas sm:w-14 sm:flex-col sm:border-t-0 sm:border-r lg:w-52">
      <div className="hidden h-13 items-center gap-2.5 px-4 sm:flex">
        <Mark className="size-6 shrink-0" />
        <span className="hidden truncate font-semibold tracking-tight lg:block">Claude Nexus</span>
      </div>
      <nav aria-label="Rooms" className="flex min-w-0 grow gap-1 p-2 max-sm:gap-0 max-sm:pr-0 sm:flex-col">
        <Room to={PATHS.live} icon={<Activity />} name="Live" keys={['g', 'l']} after={<InFlightCount />} />
        <Room to={PATHS.conversations} icon={<GitBranch />} name="Conversations" keys={['g', 'c']} />
        <Room to={PATHS.search} icon={<TextSearch />} name="Search" keys={['g', 's']} />
        <Room to={PATHS.requests} icon={<List />} name="Requests" keys={['g', 'r']} />
        <Room to={PATHS.usage} icon={<ChartColumn />} name="Usage" keys={['g', 'u']} />
        <Room to={PATHS.limits} icon={<Gauge />} name="Limits" keys={['g', 'i']} after={<NearCount />} />
        <Room to={PATHS.keys} icon={<KeyRound />} name="Keys" keys={['g', 'k']} />
        <Room to={PATHS.accounts} icon={<IdCard />} name="Accounts" keys={['g', 'a']} after={<TroubleCount />} />
        <Room to={PATHS.audit} icon={<ScrollText />} name="Audit" keys={['g', 't']} isRare />
      </nav>
      <div className="flex items-center justify-center gap-1 p-2 max-sm:gap-0 max-sm:pl-0 sm:flex-col lg:flex-row lg:justify-start">
        <ThemeButton theme={theme} onTheme={onTheme} />
        <IconButton label="Keyboard shortcuts" className="max-sm:hidden" onClick={onHelp}>
          <Keyboard aria-hidden />
        </IconButton>
        <IconButton label="Sign out" onClick={onLeave}>
          <LogOut aria-hidden />
        </IconButton>
      </div>
    </div>
  );
}

interface RoomProps {
  readonly to: RoomPath;
  readonly icon: ReactNode;
  readonly name: string;
  readonly keys: readonly string[];
  readonly after?: ReactNode;
  /** On a phone, where there is room for few, it is found by its name. */
  readonly isRare?: boolean;
}

function Room({ to, icon, name, keys, after, isRare = false }: RoomProps) {
  return (
    <Link
      to={to}
      activeProps={{ className: 'bg-hover text-ink font-medium' }}
      inactiveProps={{ className: 'text-ink-2 hover:bg-hover hover:text-ink' }}
      className={join(
        'group relative flex h-9 items-center justify-center gap-2.5 rounded-md px-2.5 transition-colors max-sm:h-11 max-sm:min-w-0 max-sm:grow max-sm:flex-col max-sm:gap-0.5 max-sm:px-1 lg:justify-start [&_svg]:size-4.5 [&_svg]:shrink-0',
        isRare && 'max-sm:hidden',
      )}
      aria-label={name}
      title={name}
    >
      <span aria-hidden>{icon}</span>
      <span className="max-sm:text-2xs sm:hidden sm:text-base lg:inline max-sm:group-not-data-[status=active]:hidden">
        {name}
      </span>
      <span className="ml-auto hidden gap-1 opacity-0 transition-opacity group-hover:opacity-100 lg:flex">
        {after === undefined && keys.map((key) => <Kbd key={key}>{key}</Kbd>)}
      </span>
      {after}
    </Link>
  );
}

/** At the end of the line; where there is only the picture, at its corner. */
const COUNT =
  'absolute top-0 left-1/2 ml-1 flex h-4.5 min-w-4.5 items-center justify-center rounded-full px-1 text-2xs font-medium ' +
  'max-lg:h-4 max-lg:min-w-4 max-lg:ring-2 max-lg:ring-canvas lg:static lg:ml-0';

function InFlightCount() {
  const { state } = useLive();
  if (state.inFlight.length === 0) return null;
  return (
    <span className={join(COUNT, 'bg-accent-solid text-white')}>
      {state.inFlight.length}
      <span className="sr-only"> in flight</span>
    </span>
  );
}

function TroubleCount() {
  return <WorthALook count={useAccountTroubles()} noun="account" what="cannot take requests now" />;
}

function NearCount() {
  return <WorthALook count={useNearCount()} noun="limit" what="nearly used up" />;
}

interface WorthALookProps {
  readonly count: number;
  readonly noun: string;
  readonly what: string;
}

/** How much in a room wants somebody; nothing where nothing does. */
function WorthALook({ count, noun, what }: WorthALookProps) {
  if (count === 0) return null;
  return (
    <span title={`${countOf(count, noun)} ${what}`} className={join(COUNT, 'bg-warn-soft text-warn')}>
      {count}
      <span className="sr-only"> {what}</span>
    </span>
  );
}

const THEME_LOOKS: Record<Theme, { readonly icon: ReactNode; readonly name: string }> = {
  system: { icon: <Monitor aria-hidden />, name: 'system' },
  light: { icon: <Sun aria-hidden />, name: 'light' },
  dark: { icon: <Moon aria-hidden />, name: 'dark' },
};

function ThemeButton({ theme, onTheme }: Pick<RailProps, 'theme' | 'onTheme'>) {
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
  return (
    <IconButton
      label={`Theme: ${THEME_LOOKS[theme].name}. Switch to ${THEME_LOOKS[next].name}`}
      onClick={() => onTheme(next)}
    >
      {THEME_LOOKS[theme].icon}
    </IconButton>
  );
}
