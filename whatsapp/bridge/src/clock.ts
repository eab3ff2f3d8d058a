/** Business time: real UTC plus the offset in CLOCK_OFFSET_FILE. Leases, limits and timeouts use real time instead. */
import { readFileSync, statSync } from 'node:fs'

const FRESH_MS = 100

export class Clock {
  private offsetMs = 0
  private readAt = Number.NEGATIVE_INFINITY
  private stamp = ''

  constructor(private readonly file: string | undefined) {}

  /** Unix seconds. */
  now(): number {
    return Math.floor((Date.now() + this.offset()) / 1000)
  }

  private offset(): number {
    if (!this.file || performance.now() - this.readAt < FRESH_MS) return this.offsetMs
    this.readAt = performance.now()
    try {
      const { mtimeNs, size } = statSync(this.file, { bigint: true })
      const stamp = `${mtimeNs}:${size}`
      if (stamp !== this.stamp) {
        const seconds = Number(readFileSync(this.file, 'utf8').trim())
        this.offsetMs = Number.isFinite(seconds) ? seconds * 1000 : 0
        this.stamp = stamp
      }
    } catch {
      // An absent file means: no offset.
      this.offsetMs = 0
      this.stamp = ''
    }
    return this.offsetMs
  }
}
