import { SECURITY_HEADERS } from './security-headers.ts';

/**
 * The page behind a one-time link. Looking at it uses nothing up, so link previews and prefetchers do no harm;
 * its script sends the form as soon as a person really has the page open, and without scripts there is the button.
 */
export function toConfirmPage(token: string): Response {
  return toPage(
    200,
    'Signing in',
    `<form method="post" action="/sign-in" id="sign-in">
      <input type="hidden" name="token" value="${toText(token)}">
      <p>One moment. If nothing happens, press the button.</p>
      <button type="submit">Sign in</button>
    </form>
    <script src="/sign-in/confirm.js" defer></script>`,
  );
}

/** What a notice says; words in backticks are shown as code. */
export interface Notice {
  readonly status: number;
  readonly title: string;
  readonly text: string;
}

/** A page that says one thing and what to do about it. */
export function toNoticePage({ status, title, text }: Notice): Response {
  const paragraph = toText(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
  return toPage(status, title, `<p>${paragraph}</p><p><a href="/">Open the dashboard</a></p>`);
}

/** Scripts and styles of these pages; files of their own, since the policy forbids inline ones. */
export function findSignInAsset(path: string): Response | null {
  if (path === '/sign-in/confirm.js') return toAsset(CONFIRM_SCRIPT, 'text/javascript; charset=utf-8');
  if (path === '/sign-in/page.css') return toAsset(PAGE_STYLE, 'text/css; charset=utf-8');
  return null;
}

const CONFIRM_SCRIPT = `const send = () => document.getElementById('sign-in').submit();
if (document.prerendering) document.addEventListener('prerenderingchange', send, { once: true });
else send();
`;

// The dashboard's own colours, by hand: these pages must work before, and without, its build.
const PAGE_STYLE = `:root {
  color-scheme: light dark;
  --canvas: light-dark(oklch(0.982 0.002 90), oklch(0.172 0.004 90));
  --surface: light-dark(oklch(1 0 0), oklch(0.205 0.005 90));
  --sunken: light-dark(oklch(0.965 0.003 90), oklch(0.148 0.004 90));
  --line: light-dark(oklch(0.915 0.004 90), oklch(0.275 0.006 90));
  --ink: light-dark(oklch(0.235 0.008 90), oklch(0.935 0.004 90));
  --ink-2: light-dark(oklch(0.43 0.008 90), oklch(0.755 0.006 90));
  --accent: light-dark(oklch(0.5 0.19 262), oklch(0.745 0.125 258));
  --accent-solid: light-dark(oklch(0.5 0.19 262), oklch(0.56 0.17 261));
}
body { margin: 0; min-height: 100dvh; display: grid; place-items: center; background: var(--canvas); color: var(--ink);
  font: 14px/1.5 system-ui, sans-serif; }
main { box-sizing: border-box; width: min(28rem, 100vw - 2rem); padding: 2rem; background: var(--surface);
  border: 1px solid var(--line); border-radius: 0.75rem; }
.name { display: flex; align-items: center; gap: 0.75rem; margin: 0 0 1.5rem; font-size: 1.125rem; font-weight: 600; }
.name svg { width: 2rem; height: 2rem; }
h1 { margin: 0 0 0.5rem; font-size: 1.125rem; font-weight: 600; }
p { margin: 0 0 0.75rem; color: var(--ink-2); }
code { padding: 0.1rem 0.3rem; border-radius: 0.25rem; background: var(--sunken); color: var(--ink);
  font: 0.95em ui-monospace, monospace; }
a { color: var(--accent); }
button { padding: 0.5rem 1rem; border: 0; border-radius: 0.5rem; background: var(--accent-solid); color: #fff;
  font: inherit; font-weight: 500; cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
`;

const MARK = `<svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8" fill="#1f4fd1"/><path d="M9 22V10l14 12V10" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/><circle cx="9" cy="10" r="2.6" fill="#fff"/><circle cx="23" cy="22" r="2.6" fill="#fff"/></svg>`;

function toPage(status: number, title: string, content: string): Response {
  const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="robots" content="noindex">
    <title>${toText(title)} · Claude Nexus</title>
    <link rel="stylesheet" href="/sign-in/page.css">
  </head>
  <body>
    <main>
      <p class="name">${MARK}Claude Nexus</p>
      <h1>${toText(title)}</h1>
      ${content}
    </main>
  </body>
</html>
`;
  return new Response(html, {
    status,
    headers: { ...SECURITY_HEADERS, 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  });
}

function toAsset(text: string, mediaType: string): Response {
  return new Response(text, {
    headers: { ...SECURITY_HEADERS, 'content-type': mediaType, 'cache-control': 'no-cache' },
  });
}

/** Text that stays text, in content and in quoted attributes. */
function toText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
