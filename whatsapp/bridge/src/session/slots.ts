/** At most so many at once, first come first served; and waiting with an end. */

export class Slots {
  private free: number
  private readonly queue: (() => void)[] = []

  constructor(count: number) {
    this.free = count
  }

  /** Resolves with the release; releasing twice does nothing. */
  async acquire(): Promise<() => void> {
    if (this.free > 0) this.free -= 1
    else await new Promise<void>((resolve) => this.queue.push(resolve))
    let held = true
    return () => {
      if (!held) return
      held = false
      const next = this.queue.shift()
      if (next) next()
      else this.free += 1
    }
  }
}

/** Resolves when the work is settled, or after `ms` at the latest; never rejects. */
export async function within(ms: number, work: Promise<unknown> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([Promise.resolve(work).catch(() => {}), limit])
  clearTimeout(timer)
}
