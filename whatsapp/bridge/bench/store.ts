/** PostgreSQL killed under a backlog, and a restore from a backup: what is lost, and whether people understand each other again. */
import { until } from '../test/bridge/support/wait.js'
import { Arena, type Django, type Salon } from './arena.js'
import { Echo } from './echo.js'
import { pause, settle } from './proc.js'

const BACKLOG = 200
const CUSTOMERS = 10
const EACH = 20
const PATIENCE_MS = 180_000
const TABLES = ['auth', 'leases', 'events', 'sent'] as const

export interface Outages {
  kills: number
  written: number
  lost: number
  doubled: number
  qr: number
}

/** `kill` must end PostgreSQL without a farewell and resolve when it answers again. */
export async function killStore(
  kills: number,
  kill: () => Promise<void>,
  django: Django,
): Promise<Outages> {
  const arena = await Arena.create(2, django)
  try {
    let bridge = await arena.bridge()
    await arena.untilOnline(2)
    let written = 0
    for (let n = 0; n < kills; n += 1) {
      await arena.stop(bridge)
      await backlog(arena)
      written += BACKLOG
      const before = await journaled(arena)
      bridge = await arena.bridge()
      await until('it is at work', async () => (await journaled(arena)) > before, PATIENCE_MS)
      await pause((n % 5) * 150)
      await kill()
    }
    await settle(written, () => count(arena))
    const { rows, ids, qr } = await arena.stored()
    return { kills, written, lost: written - ids, doubled: rows - ids, qr }
  } finally {
    await arena.end()
  }
}

async function backlog(arena: Arena): Promise<void> {
  await Promise.all(
    Array.from({ length: CUSTOMERS }, async (_, at) => {
      const customer = arena.newCustomer()
      const { phone } = arena.salons[at % arena.salons.length] ?? { phone: '' }
      for (let n = 0; n < BACKLOG / CUSTOMERS; n += 1) await arena.write(customer, phone, `${n}`)
    }),
  )
}

/** Messages that the bridge has stored. */
async function journaled(arena: Arena): Promise<number> {
  const [row] = await arena.database.query<{ n: number }>(
    "select count(*)::int as n from bridge.events where kind = 'message'",
  )
  return row?.n ?? 0
}

/** Zero while PostgreSQL is on its way back. */
async function count(arena: Arena): Promise<number> {
  return arena.stored().then(
    ({ ids }) => ids,
    () => 0,
  )
}

export interface Restored {
  written: number
  /** Messages of customers that are stored after all, and answers that are readable after all. */
  stored: number
  answered: number
  /** Messages that we, and that the customer's phone, could not read at first and asked for again. */
  askedAgain: number
  askedFor: number
  qr: number
}

/** A backup, twenty messages with their answers, the backup comes back, and twenty more each way. */
export async function restore(): Promise<Restored> {
  const arena = await Arena.create(1)
  try {
    const [salon] = arena.salons
    if (!salon) throw new Error('no salon')
    const customer = arena.newCustomer()
    let bridge = await arena.bridge()
    await arena.untilOnline(1)
    let echo = new Echo(arena, [bridge])
    await talk(arena, customer, salon, 'до', 0)
    await copy(arena, 'bridge', 'backup')
    await talk(arena, customer, salon, 'забытое', EACH)
    await echo.end()
    await arena.stop(bridge, 'SIGKILL')

    await copy(arena, 'backup', 'bridge')
    bridge = await arena.bridge()
    await arena.untilOnline(1)
    echo = new Echo(arena, [bridge])
    const askedBefore = (await arena.ledger(salon.phone)).errors
    await talk(arena, customer, salon, 'после', 2 * EACH).catch(() => {})
    await echo.end()
    const rows = await arena.database.query<{ text: string }>(
      "select payload ->> 'text' as text from bridge.events where kind = 'message'",
    )
    const { unreadable, qr } = await arena.stored()
    const { answers, errors } = await arena.ledger(salon.phone)
    return {
      written: EACH,
      stored: rows.filter(({ text }) => text.startsWith('после')).length,
      answered: answers - 2 * EACH,
      askedAgain: unreadable,
      askedFor: errors - askedBefore,
      qr,
    }
  } finally {
    await arena.end()
  }
}

/** Twenty messages, one after another; resolves when all are answered. */
async function talk(
  arena: Arena,
  customer: string,
  salon: Salon,
  word: string,
  answered: number,
): Promise<void> {
  for (let n = 0; n < EACH; n += 1) await arena.write(customer, salon.phone, `${word} ${n}`)
  await until(
    `${word} is answered`,
    async () => (await arena.ledger(salon.phone)).answers >= answered + EACH,
    60_000,
  )
}

/** The bridge's rows from one schema into another, as they are at one moment. */
async function copy(arena: Arena, from: string, to: string): Promise<void> {
  const statements = TABLES.map((table) =>
    to === 'backup'
      ? `create table backup.${table} as table bridge.${table};`
      : `truncate bridge.${table}; insert into bridge.${table} overriding system value table ${from}.${table};`,
  )
  const opening = to === 'backup' ? 'create schema backup;' : ''
  await arena.database.query(`begin; ${opening} ${statements.join(' ')} commit`)
}
