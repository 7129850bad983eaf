/** Settings of a person's own gateway or client would make tests talk to their database or their account. */
const personal =
  /^(ANTHROPIC_|CLAUDE_|NEXUS_|DATABASE_URL|REDIS_URL|PG[A-Z]+$|CREDENTIALS_DIR|DASHBOARD_|ENABLE_CLIENT_AUTH)/;

/** The environment for tests: without what a person set up for real use, and with loopback kept off any proxy. */
export function toTestEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const kept = Object.entries(environment).filter(([name]) => !personal.test(name));
  const loopback = '127.0.0.1,::1,localhost';
  return { ...Object.fromEntries(kept), NO_PROXY: loopback, no_proxy: loopback };
}
