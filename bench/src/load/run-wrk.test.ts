import { expect, test } from 'bun:test';
import { parseReport } from './run-wrk.ts';

const REPORT = `Running 8s test @ http://127.0.0.1:3000/v1/messages
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     2.81ms    1.02ms  40.11ms   93.50%
    Req/Sec    11.41k     0.93k   13.02k    71.99%
  Latency Distribution
     50%  850.00us
     75%    3.01ms
     90%    3.60ms
     99%    1.20s
  91234 requests in 8.00s, 70.21MB read
  Socket errors: connect 0, read 2, write 0, timeout 1
  Non-2xx or 3xx responses: 4
Requests/sec:  11404.25
Transfer/sec:      8.78MB`;

test('the report of wrk is read with its units, and every kind of failure counts', () => {
  expect(parseReport(REPORT)).toEqual({ requests: 91_234, perSecond: 11_404.25, p50Ms: 0.85, p99Ms: 1200, errors: 7 });
});
