/** 50 and 200 sessions in one process, the bridge beside plain Baileys: memory, idle and busy processor time, delays. */
import type { Running } from '../test/bridge/support/process.js'
import { until } from '../test/bridge/support/wait.js'
import { Arena, type Salon } from './arena.js'
import { Echo } from './echo.js'
import { cpuMs, memoryMb, pause, quantile, resetPeak, settledMb } from './proc.js'

const FEW = 50
const MANY = 200
const IDLE_MS = 30_000
const TALKING = 20
const ONE_BY_ONE = 200
const AT_ONCE = 1_000
/** An answer that has not come by then is missing. */
const PATIENCE_MS = 60_000

export interface Load {
  opened: number
  few: number
  many: number
  /** Megabytes a session, from 50 to 200. */
  slope: number
  /** Per cent of one core. */
  idle: number
  p50: number
  p95: number
  perSecond: number
  /** Processor milliseconds for one message in and its answer. */
  cpu: number
  /** Milliseconds until all are back after every line was cut. */
  back: number
  /** Answers that never came. */
  missing: number
  peak: number
}

type Start = (arena: Arena, count: number) => Promise<{ one: Running; end: () => Promise<void> }>

const startBridge: Start = async (arena, count) => {
  await arena.want(count)
  const one = await arena.bridge()
  const echo = new Echo(arena, [one])
  return {
    one,
    end: async () => {
      await echo.end()
      await arena.stop(one)
    },
  }
}

const startBare: Start = async (arena, count) => {
  const one = await arena.bare(count)
  return { one, end: () => arena.stop(one) }
}

/** One round; each kind has salons of its own, so neither works with ratchets that the other moved. */
export async function loadRound(): Promise<{ bridge: Load; bare: Load }> {
  return { bridge: await measure(startBridge), bare: await measure(startBare) }
}

async function measure(start: Start): Promise<Load> {
  const arena = await Arena.create(MANY)
  try {
    const small = await start(arena, FEW)
    await arena.untilOnline(FEW)
    const few = await settledMb(pidOf(small.one))
    await small.end()
    await until('nobody online', async () => (await arena.online()) === 0)

    const { one, end } = await start(arena, MANY)
    const pid = pidOf(one)
    const opened = await arena.untilOnline(MANY)
    const many = await settledMb(pid)
    const idleFrom = cpuMs(pid)
    await pause(IDLE_MS)
    const idle = ((cpuMs(pid) - idleFrom) / IDLE_MS) * 100
    const talking = arena.salons.slice(0, TALKING)
    const delays = await oneByOne(arena, talking)
    const silent = ONE_BY_ONE - delays.length
    const { missing, ...burst } = await atOnce(arena, talking, pid)
    const settled = await settledMb(pid)
    resetPeak(pid)
    await arena.drop(arena.salons)
    const back = await arena.untilOnline(MANY)
    const { peak } = memoryMb(pid)
    await end()
    return {
      opened,
      few,
      many,
      slope: (many - few) / (MANY - FEW),
      idle,
      p50: quantile(delays, 0.5),
      p95: quantile(delays, 0.95),
      ...burst,
      missing: silent + missing,
      back,
      peak: peak / settled,
    }
  } finally {
    await arena.end()
  }
}

const pidOf = (one: Running): number => one.process.pid ?? 0

/** Milliseconds from a customer's message to the answer on the screen, one at a time. */
async function oneByOne(arena: Arena, salons: readonly Salon[]): Promise<number[]> {
  const customers = salons.map(() => arena.newCustomer())
  const seen = salons.map(() => 0)
  const delays: number[] = []
  for (let n = 0; n < ONE_BY_ONE + salons.length; n += 1) {
    const at = n % salons.length
    const [customer, salon] = [customers[at] ?? '', salons[at]?.phone ?? '']
    const begun = performance.now()
    await arena.write(customer, salon, `${n}`)
    for (let shown = false; !shown; ) {
      const { messages, next } = await arena.inbox(customer, salon, seen[at], 20)
      seen[at] = next
      shown = messages.some(({ text }) => text === `эхо ${n}`)
      if (!shown && performance.now() - begun > PATIENCE_MS) break
    }
    const took = performance.now() - begun
    // The first of each customer also makes the session.
    if (n >= salons.length && took < PATIENCE_MS) delays.push(took)
  }
  return delays
}

async function atOnce(
  arena: Arena,
  salons: readonly Salon[],
  pid: number,
): Promise<{ perSecond: number; cpu: number; missing: number }> {
  const before = await answers(arena, salons)
  const customers = salons.map(() => arena.newCustomer())
  const cpu = cpuMs(pid)
  const begun = performance.now()
  await Promise.all(
    salons.map(async ({ phone }, at) => {
      for (let n = 0; n < AT_ONCE / salons.length; n += 1) {
        await arena.write(customers[at] ?? '', phone, `быстро ${n}`)
      }
    }),
  )
  await until(
    `${AT_ONCE} answers`,
    async () => (await answers(arena, salons)) >= before + AT_ONCE,
    PATIENCE_MS,
  ).catch(() => {})
  const came = (await answers(arena, salons)) - before
  const seconds = (performance.now() - begun) / 1000
  return { perSecond: came / seconds, cpu: (cpuMs(pid) - cpu) / came, missing: AT_ONCE - came }
}

async function answers(arena: Arena, salons: readonly Salon[]): Promise<number> {
  const ledgers = await Promise.all(salons.map(({ phone }) => arena.ledger(phone)))
  return ledgers.reduce((sum, ledger) => sum + ledger.answers, 0)
}
