/** What Linux knows of a process: processor time, resident memory and its peak; and small statistics. */
import { readFileSync, writeFileSync } from 'node:fs'

const TICK_MS = 10
const SETTLE_MS = 4_000
/** Until everything is there, or nothing has moved for so long. */
const STUCK_MS = 60_000
const LONGEST_MS = 1_800_000

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms))

/** Milliseconds of user and system time so far. */
export function cpuMs(pid: number): number {
  // The name of the command may hold spaces; the fields begin after its bracket.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}

/** Megabytes; `peak` since the last `resetPeak`. */
export function memoryMb(pid: number): { now: number; peak: number } {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8')
  const kb = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0)
  return { now: kb('VmRSS') / 1024, peak: kb('VmHWM') / 1024 }
}

export function resetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5')
}

/** Resident memory after garbage was collected and things have calmed down. */
export async function settledMb(pid: number): Promise<number> {
  for (let n = 0; n < 2; n += 1) {
    process.kill(pid, 'SIGUSR2')
    await pause(SETTLE_MS / 2)
  }
  return memoryMb(pid).now
}

export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** Waits until so many are there. A slow machine takes its time: only what does not come any more is lost. */
export async function settle(wanted: number, count: () => Promise<number>): Promise<void> {
  const end = performance.now() + LONGEST_MS
  let [before, moved] = [0, performance.now()]
  while (performance.now() < Math.min(end, moved + STUCK_MS)) {
    const now = await count()
    if (now >= wanted) return
    if (now > before) [before, moved] = [now, performance.now()]
    await pause(500)
  }
}
