/** How often a session had to connect anew: what the pause before the next attempt follows from. */
import { type Ending, isStoreFailure, REROUTED, reasonOf, VERSION_REFUSED } from './states.js'

const HOUR_MS = 60 * 60 * 1000
/** Lost connections within an hour after which every further attempt waits the longest pause. */
const BUDGET = 10
/** `backoff` is at its longest from here on. */
const SLOWEST = 7

/** Times are of the monotonic clock, milliseconds. */
export class Pace {
  private failures = 0
  private losses: number[] = []
  private toldOfVersion = false

  opened(): void {
    this.toldOfVersion = false
  }

  /** Failed attempts are nobody's business, but a refused version does not heal by itself: once an outage. */
  isNews(ending: Ending): boolean {
    const known = this.toldOfVersion
    this.toldOfVersion = reasonOf(ending) === VERSION_REFUSED
    return this.toldOfVersion && !known
  }

  /**
   * Counts one more ending and returns the failures in a row to judge it by. `held`: connected for a while, which
   * starts the row anew. A session that connects and falls again and again looks like an attack to WhatsApp.
   */
  count(ending: Ending, { wasConnected, held }: { wasConnected: boolean; held: boolean }): number {
    if (ending.reason === REROUTED.reason) return this.failures
    const now = performance.now()
    this.failures = held ? 1 : this.failures + 1
    this.losses = this.losses.filter((at) => at > now - HOUR_MS)
    if (wasConnected && !isStoreFailure(ending)) this.losses.push(now)
    return this.losses.length > BUDGET ? Math.max(this.failures, SLOWEST) : this.failures
  }
}
