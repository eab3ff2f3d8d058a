/** A thousand times a session is stopped and started: memory must not grow with them. */
import { Arena, TOKEN } from './arena.js'
import { settledMb } from './proc.js'

const SALONS = 10
/** By then all caches are as full as they get. */
const WARM = 300

export interface Memory {
  cycles: number
  /** Megabytes after a collection: what the process holds, and what is alive in it. */
  rss: number
  heap: number
}

/** Memory after the first 300, and then at every quarter of the rest. */
export async function cycles(count: number): Promise<Memory[]> {
  const arena = await Arena.create(SALONS)
  try {
    const bridge = await arena.bridge()
    const pid = bridge.process.pid ?? 0
    await arena.untilOnline(SALONS)
    const ask = async (path: string, body?: object): Promise<string> => {
      const response = await fetch(`${bridge.url}${path}`, {
        method: path === '/metrics' ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${TOKEN}`,
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`)
      return text
    }
    const all = (what: string, body?: object) =>
      Promise.all(arena.salons.map(({ session }) => ask(`/sessions/${session}/${what}`, body)))
    const once = async (): Promise<void> => {
      await all('stop')
      await all('start', { mode: 'resume' })
      await arena.untilOnline(SALONS)
    }
    const measured: Memory[] = []
    const step = Math.ceil((count - WARM) / 4)
    for (let n = SALONS; n <= count; n += SALONS) {
      await once()
      if (n < WARM || (n - WARM) % step >= SALONS) continue
      const rss = await settledMb(pid)
      const heap = /^nodejs_heap_size_used_bytes (\d+)/m.exec(await ask('/metrics'))
      measured.push({ cycles: n, rss, heap: Number(heap?.[1]) / 2 ** 20 })
    }
    return measured
  } finally {
    await arena.end()
  }
}
