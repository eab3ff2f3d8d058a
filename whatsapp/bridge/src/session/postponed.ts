/**
 * "Sent" is told a moment late: "delivered", which says more, comes from the customer's phone as a rule at once, and
 * then one row tells both. Who asked for the message has the server's word already.
 */
import type { Account } from '../store/account.js'
import type { EventRow } from '../store/rows.js'

const MOMENT_MS = 500

export class Postponed {
  private events: EventRow[] = []

  constructor(private readonly account: Account) {}

  add(event: EventRow): void {
    if (this.events.length === 0) setTimeout(this.tell, MOMENT_MS).unref()
    this.events.push(event)
  }

  /** Statuses that came meanwhile: what they say need not be told before them. */
  overtake(later: readonly EventRow[]): void {
    const told = new Set(later.map(({ messageId }) => messageId))
    this.events = this.events.filter(({ messageId }) => !told.has(messageId))
  }

  readonly tell = (): void => {
    this.account.defer(this.events.splice(0))
  }
}
