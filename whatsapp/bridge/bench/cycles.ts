/** A thousand times a session is stopped and started: memory must not grow with them. */
import { Arena, TOKEN } from './arena.js'
import { settledMb } from './proc.js'

const SALONS = 10
/** By then all caches are as full as they get. */
const WARM = 300

export interface Cycles {
  cycles: number
  warm: number
  end: number
}

export async function cycles(count: number): Promise<Cycles> {
  const arena = await Arena.create(SALONS)
  try {
    const bridge = await arena.bridge()
    const pid = bridge.process.pid ?? 0
    await arena.untilOnline(SALONS)
    const command = async (session: number, what: string, body?: object): Promise<void> => {
      const response = await fetch(`${bridge.url}/sessions/${session}/${what}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${TOKEN}`,
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
      if (!response.ok) throw new Error(`${what}: ${response.status} ${await response.text()}`)
      await response.arrayBuffer()
    }
    const once = async (): Promise<void> => {
      await Promise.all(arena.salons.map(({ session }) => command(session, 'stop')))
      await Promise.all(
        arena.salons.map(({ session }) => command(session, 'start', { mode: 'resume' })),
      )
      await arena.untilOnline(SALONS)
    }
    for (let n = 0; n < WARM; n += SALONS) await once()
    const warm = await settledMb(pid)
    for (let n = WARM; n < count; n += SALONS) await once()
    return { cycles: count, warm, end: await settledMb(pid) }
  } finally {
    await arena.end()
  }
}
