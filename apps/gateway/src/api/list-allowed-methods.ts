import { OPERATIONS, PLAIN_ROUTES } from '@nexus/contract';

const ROUTES = [...Object.values(OPERATIONS), ...PLAIN_ROUTES].map(({ method, path }) => ({
  method,
  steps: path.split('/'),
}));

/** The methods that `path` takes, for the `allow` header; empty where there is nothing at `path`. */
export function listAllowedMethods(path: string): readonly string[] {
  const steps = path.split('/');
  const methods = ROUTES.filter((route) => isSameRoute(route.steps, steps)).map(({ method }) => method);
  // The router answers HEAD wherever it answers GET.
  return [...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))];
}

function isSameRoute(declared: readonly string[], steps: readonly string[]): boolean {
  if (declared.length !== steps.length) return false;
  return declared.every((step, at) => (step.startsWith(':') ? steps[at] !== '' : step === steps[at]));
}
