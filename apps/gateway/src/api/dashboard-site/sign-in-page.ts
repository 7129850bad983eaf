import { SECURITY_HEADERS } from './security-headers.ts';

/**
 * The page behind a one-time link. Looking at it uses nothing up, so link previews and prefetchers do no harm;
 * its script sends the form as soon as a person really has the page open, and without scripts there is the button.
 */
export function toConfirmPage(token: string): Response {
  return toPage(
    200,
    'Sign in to Claude Nexus',
    `<form method="post" action="/sign-in" id="sign-in">
      <input type="hidden" name="token" value="${toAttribute(token)}">
      <p>One moment. If nothing happens, press the button.</p>
      <button type="submit">Sign in</button>
    </form>
    <script src="/sign-in/confirm.js" defer></script>`,
  );
}

/** A page that says one thing and what to do about it. `text` is our own, never a caller's. */
export function toNoticePage(status: number, title: string, text: string): Response {
  return toPage(status, title, `<p>${text}</p>`);
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

const PAGE_STYLE = `:root { color-scheme: light dark; --ink: #1c1d22; --ground: #fbfaf8; --accent: #b4502d; --on-accent: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #ecebe7; --ground: #17181c; --accent: #e08a63; --on-accent: #17181c; } }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 32rem; padding: 2rem; }
h1 { font-size: 1.25rem; margin: 0 0 0.75rem; }
code { font-family: ui-monospace, monospace; }
button { font: inherit; padding: 0.5rem 1.25rem; border: 0; border-radius: 0.5rem; background: var(--accent);
  color: var(--on-accent); cursor: pointer; }
button:focus-visible { outline: 2px solid var(--ink); outline-offset: 2px; }
`;

function toPage(status: number, title: string, content: string): Response {
  const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="robots" content="noindex">
    <title>${title}</title>
    <link rel="stylesheet" href="/sign-in/page.css">
  </head>
  <body>
    <main>
      <h1>${title}</h1>
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

function toAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
