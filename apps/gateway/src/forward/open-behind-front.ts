import { GatewayError } from '@nexus/contract';
import { type CallerServer, toCallerServer } from '../callers/caller-server.ts';
import { type Listener, type ListenOptions, type ServerOf, listen } from '../listen.ts';
import type { Pipeline } from '../proxy/pipeline.ts';
import { toRefusal } from '../proxy/refusal.ts';
import { type Front, type Link, openFront } from './front.ts';

export interface BehindFrontOptions extends Pick<ListenOptions, 'host' | 'port' | 'setting' | 'onError' | 'newId'> {
  readonly serve: (request: Request, server: CallerServer, link: Link) => Promise<Response> | Response;
  readonly connectionsMax: number;
  readonly pipeline: Pick<Pipeline, 'refuseUnread'>;
}

/** A port of ours whose connections pass through a front. */
export interface FrontedPort extends Listener {
  openConnections(): number;
}

/**
 * Opens a port behind a front: what cannot be read as HTTP gets an answer with a reason there, and a record.
 * @throws {Error} with a sentence for the operator where the port cannot be had.
 */
export async function openBehindFront(options: BehindFrontOptions): Promise<FrontedPort> {
  const { serve, pipeline, newId } = options;
  let front: Front | null = null;
  const inner = listen({
    ...options,
    host: '127.0.0.1',
    port: 0,
    fetch: (request: Request, server: ServerOf) => {
      const link = front?.findLink(server.requestIP(request)?.port) ?? null;
      // Somebody else on this machine found the port behind the front.
      if (link === null) return toRefusal(new GatewayError('target-refused'), newId());
      return serve(
        request,
        toCallerServer(server, () => link.address),
        link,
      );
    },
  });
  const opened = await openFront({
    ...options,
    innerPort: inner.port,
    refuse: (why) =>
      why.code === 'connections-spent'
        ? toRefusal(new GatewayError('connections-spent'), newId())
        : pipeline.refuseUnread(why),
  }).catch(async (error: unknown) => {
    await inner.destroy();
    throw error;
  });
  front = opened;
  return {
    port: opened.port,
    url: opened.url,
    openConnections: () => opened.openConnections(),
    stop: async () => {
      await Promise.all([inner.stop(), opened.stop()]);
    },
    destroy: async () => {
      await Promise.all([inner.destroy(), opened.destroy()]);
    },
  };
}
