import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '@nexus/testkit';
import { findProcesses } from '../read-cpu.ts';
import { findLowPort, startPinned } from './processes.ts';

/** nginx doing the same for each exchange: read the body as JSON, pass it on, scan and keep a copy of the answer. */
export interface NginxStack extends AsyncDisposable {
  readonly url: string;
  readonly pids: readonly number[];
  /** How it reads bodies: the C library where it is installed, else a search for the fields. */
  readonly reads: 'cjson' | 'search';
}

const MODULES = '/usr/lib/nginx/modules';
const CJSON = ['/usr/lib/x86_64-linux-gnu/lua/5.1/cjson.so', '/usr/lib/aarch64-linux-gnu/lua/5.1/cjson.so'];

export function hasNginx(): boolean {
  return Bun.which('nginx') !== null && existsSync(join(MODULES, 'ngx_http_lua_module.so'));
}

export async function startNginx(options: { folder: string; core: number; upstreamUrl: string }): Promise<NginxStack> {
  const { folder, core, upstreamUrl } = options;
  mkdirSync(folder, { recursive: true });
  const port = findLowPort();
  const path = join(folder, 'nginx.conf');
  writeFileSync(path, toConfig({ port, folder, upstream: new URL(upstreamUrl).host }));
  const started = startPinned({ name: 'nginx', core, command: ['nginx', '-c', path, '-p', folder], folder });
  const url = `http://127.0.0.1:${port}`;
  await until(`nginx listens; it said: ${started.output()}`, () =>
    fetch(`${url}/v1/models`).then(
      () => true,
      () => null,
    ),
  );
  return {
    url,
    pids: findProcesses(path),
    reads: CJSON.some((file) => existsSync(file)) ? 'cjson' : 'search',
    [Symbol.asyncDispose]: () => started.stop(),
  };
}

/**
 * Buffering off and 32 KB buffers, as for streams; one worker, since one core is given. The answer is gathered and
 * written with the body to a file in one frame, which is what a recorder does at the least.
 */
function toConfig({ port, folder, upstream }: { port: number; folder: string; upstream: string }): string {
  return `
load_module ${MODULES}/ndk_http_module.so;
load_module ${MODULES}/ngx_http_lua_module.so;
daemon off;
user root;
worker_processes 1;
worker_rlimit_nofile 20000;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log warn;
events { worker_connections 8192; }
http {
  access_log off;
  client_body_buffer_size 32m;
  client_max_body_size 32m;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  keepalive_requests 100000000;
  upstream claude { server ${upstream}; keepalive 1024; keepalive_requests 100000000; }
  init_worker_by_lua_block {
    record_file = io.open('${folder}/records.bin', 'ab')
    local has_cjson, cjson = pcall(require, 'cjson.safe')
    if has_cjson then
      read_body = function(body) local parsed = cjson.decode(body); return parsed and parsed.model end
    else
      read_body = function(body)
        local _, _, model = body:find('"model"%s*:%s*"([^"]*)"')
        body:find('"stream"%s*:%s*true')
        body:find('"session_id', 1, true)
        return model
      end
    end
  }
  server {
    listen 127.0.0.1:${port} reuseport backlog=4096;
    location / {
      access_by_lua_block {
        ngx.req.read_body()
        local body = ngx.req.get_body_data()
        if body then ngx.ctx.body = body; ngx.ctx.model = read_body(body) end
        ngx.ctx.pieces = {}
      }
      proxy_pass http://claude;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_buffering off;
      proxy_buffer_size 32k;
      proxy_buffers 8 32k;
      proxy_busy_buffers_size 64k;
      proxy_read_timeout 600s;
      body_filter_by_lua_block {
        local piece = ngx.arg[1]
        local pieces = ngx.ctx.pieces
        if pieces and #piece > 0 then
          pieces[#pieces + 1] = piece
          if piece:find('"usage"', 1, true) then
            local _, _, tokens = piece:find('"output_tokens":(%d+)')
            ngx.ctx.tokens = tokens or ngx.ctx.tokens
          end
        end
      }
      log_by_lua_block {
        local pieces = ngx.ctx.pieces
        if pieces and record_file then
          record_file:write(ngx.ctx.body or '', table.concat(pieces), ngx.ctx.model or '', ngx.ctx.tokens or '')
          if record_file:seek('cur') > 1073741824 then record_file:close(); record_file = io.open('${folder}/records.bin', 'wb') end
        end
      }
    }
  }
}
`;
}
