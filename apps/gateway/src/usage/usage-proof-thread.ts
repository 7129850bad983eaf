import { parentPort, workerData } from 'node:worker_threads';
import { checkCache, checkUsage, insertAudit, openStorage, type Storage } from '@nexus/storage';
import { type FromProofThread, type ProofThreadSettings, toProofSpans, type UsageProof } from './usage-proof.ts';

const SILENT = { info() {}, warn() {}, error() {} };

/** The thread: reads a day's requests and adds them up, which would stop every stream if the main thread did it. */
async function proveUsage({ nowMs, ...settings }: ProofThreadSettings): Promise<void> {
  const storage = openStorage({ ...settings, poolMax: 1, log: SILENT });
  try {
    const proof = await prove(storage, nowMs);
    if (proof.repairedDays.length > 0) await tellAudit(storage, proof);
    post({ type: 'proved', proof });
  } catch (failure) {
    post({ type: 'failed', problem: failure instanceof Error ? failure.message : String(failure) });
  } finally {
    await storage.close();
  }
}

async function prove(storage: Storage, nowMs: number): Promise<UsageProof> {
  const wrongDays = new Set<string>();
  const repairedDays = new Set<string>();
  let checkedDays = 0;
  let checkedRows = 0;
  for (const span of toProofSpans(nowMs)) {
    for (const check of [checkUsage, checkCache]) {
      const report = await check(storage, { ...span, repair: true });
      checkedDays += check === checkUsage ? report.checkedDays : 0;
      checkedRows += report.checkedRows;
      for (const { day, isRepaired } of report.wrong) {
        wrongDays.add(day);
        if (isRepaired) repairedDays.add(day);
      }
    }
  }
  return { atMs: nowMs, checkedDays, checkedRows, wrongDays: [...wrongDays], repairedDays: [...repairedDays] };
}

function tellAudit({ pool }: Storage, { atMs, repairedDays }: UsageProof): Promise<void> {
  return insertAudit(pool, {
    auditId: Bun.randomUUIDv7(),
    atMs,
    actor: 'gateway',
    actorId: null,
    verb: 'repair',
    noun: 'usage',
    nounId: 'sums',
    domain: null,
    detail: { days: repairedDays.join(', ') },
  });
}

function post(message: FromProofThread): void {
  parentPort?.postMessage(message, []);
}

await proveUsage(workerData);
