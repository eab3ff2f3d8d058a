/**
 * Which account's transaction the running code belongs to.
 *
 * One AsyncLocalStorage holds a chain of frames instead of one storage per account: an account looks only at its own
 * nearest frame, so a context that leaks from another account counts as none, and 200 accounts do not make every
 * promise carry 200 stores.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { AuthWrite, EventRow } from './rows.js'

export interface Transaction {
  /** Buffered writes by `type|id`. */
  writes: Map<string, AuthWrite>
  events: EventRow[]
  /** False once the buffer was taken for the commit: what still runs in this context writes on its own. */
  open: boolean
  /** Outgoing frames must not commit this buffer early (decryption: ratchet, identity and event stay one unit). */
  hold: boolean
}

interface Frame {
  owner: object
  tag: string
  transaction: Transaction
  outer: Frame | undefined
}

const frames = new AsyncLocalStorage<Frame | undefined>()

export function newTransaction(hold: boolean): Transaction {
  return { writes: new Map(), events: [], open: true, hold }
}

export function runInTransaction<T>(
  owner: object,
  tag: string,
  transaction: Transaction,
  work: () => Promise<T>,
): Promise<T> {
  return frames.run({ owner, tag, transaction, outer: frames.getStore() }, work)
}

/** The nearest open transaction of this account that the caller runs in. */
export function openTransaction(owner: object): Transaction | undefined {
  for (let frame = frames.getStore(); frame; frame = frame.outer) {
    if (frame.owner === owner && frame.transaction.open) return frame.transaction
  }
  return undefined
}

/** Tag of the account whose transaction is nearest; libsignal's queue is split by it. */
export function currentAccountTag(): string {
  return frames.getStore()?.tag ?? 'none'
}

/** Runs outside of every transaction: for listeners that Baileys calls from within one. */
export function outside<T>(work: () => T): T {
  return frames.exit(work)
}
