/** The bridge is killed again and again while customers write and are answered; nothing may be lost or doubled. */
import type { Running } from '../test/bridge/support/process.js'
import { until } from '../test/bridge/support/wait.js'
import { Arena, type Django } from './arena.js'
import { Echo } from './echo.js'
import { pause, quantile, settle } from './proc.js'

const SALONS = 5
const CUSTOMERS = 50
/** Between two kills: a start, and some work to lose. */
const WORK_MS = [400, 700, 1_000, 1_400] as const

export interface Kills {
  kills: number
  written: number
  lost: number
  doubled: number
  unanswered: number
  unreadable: number
  qr: number
  /** Seconds from a death until another bridge had all sessions; none when the same one came back. */
  takeover: number | undefined
}

/** `heirs`: two bridges, and the owner is killed each time; else the same one is started again at once. */
export async function killLoop(
  kills: number,
  leaseSeconds: number,
  heirs: boolean,
  django: Django,
): Promise<Kills> {
  const arena = await Arena.create(SALONS, django)
  const lease = { BRIDGE_LEASE_SECONDS: String(leaseSeconds) }
  const start = (name: string): Promise<Running> => arena.bridge({ BRIDGE_ID: name, ...lease })
  const bridges = [await start('a')]
  await arena.untilOnline(SALONS)
  if (heirs) bridges.push(await start('b'))
  const echo = new Echo(arena, bridges)
  const writers = new Writers(arena)
  const takeovers: number[] = []
  try {
    for (let n = 0; n < kills; n += 1) {
      await pause(WORK_MS[n % WORK_MS.length] ?? 0)
      const [owner] = bridges
      if (!owner) break
      await arena.stop(owner, 'SIGKILL')
      const died = performance.now()
      // At once, or beside the heir that waits for the lease to end.
      bridges.push(await start(heirs ? `c${n}` : 'a'))
      bridges.shift()
      if (heirs) {
        await until(
          'a takeover',
          async () => (await held(arena)) === SALONS && (await arena.online()) === SALONS,
          120_000,
        )
        takeovers.push((performance.now() - died) / 1000)
        await ownerFirst(arena, bridges)
      }
    }
    writers.stop()
    const written = await writers.done
    await settle(
      2 * written,
      async () => (await arena.stored()).ids + Math.min(written, await answers(arena)),
    )
    return await result(arena, kills, written, takeovers)
  } finally {
    writers.stop()
    await echo.end()
    await arena.end()
  }
}

/** Customers who write without pause, each to one salon. */
class Writers {
  readonly done: Promise<number>
  private over = false

  constructor(arena: Arena) {
    const writing = Array.from({ length: CUSTOMERS }, async (_, n) => {
      const customer = arena.newCustomer()
      const { phone } = arena.salons[n % arena.salons.length] ?? { phone: '' }
      let count = 0
      for (; !this.over; count += 1) {
        await arena.write(customer, phone, `${n}-${count}`)
        // Fifty people: some ten messages a second in all.
        await pause(4_000 + Math.random() * 2_000)
      }
      return count
    })
    this.done = Promise.all(writing).then((counts) => counts.reduce((sum, one) => sum + one, 0))
  }

  stop(): void {
    this.over = true
  }
}

async function result(
  arena: Arena,
  kills: number,
  written: number,
  takeovers: readonly number[],
): Promise<Kills> {
  const { rows, ids, qr } = await arena.stored()
  const ledgers = await Promise.all(arena.salons.map(({ phone }) => arena.ledger(phone)))
  return {
    kills,
    written,
    lost: written - ids,
    doubled: rows - ids,
    unanswered: written - (await answers(arena)),
    unreadable: ledgers.reduce((sum, { unreadable }) => sum + unreadable, 0),
    qr,
    takeover: takeovers.length > 0 ? quantile(takeovers, 1) : undefined,
  }
}

async function answers(arena: Arena): Promise<number> {
  const ledgers = await Promise.all(arena.salons.map(({ phone }) => arena.ledger(phone)))
  return ledgers.reduce((sum, ledger) => sum + ledger.answers, 0)
}

/** Leases that somebody holds now. */
async function held(arena: Arena): Promise<number> {
  const [row] = await arena.database.query<{ n: number }>(
    'select count(*)::int as n from bridge.leases where owner is not null and expires_at > now()',
  )
  return row?.n ?? 0
}

/** The next victim is the bridge that has most sessions. */
async function ownerFirst(arena: Arena, bridges: Running[]): Promise<void> {
  const [owner] = await arena.database.query<{ url: string }>(
    `select n.url from bridge.leases l join bridge.nodes n on n.id = l.owner
     group by n.url order by count(*) desc limit 1`,
  )
  bridges.sort((a, b) => Number(b.url === owner?.url) - Number(a.url === owner?.url))
}
