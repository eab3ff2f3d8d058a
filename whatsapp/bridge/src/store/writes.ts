/** From Baileys' shapes to rows, and the buffer of a transaction. */
import type { SignalDataSet } from 'baileys'
import { encodeValue } from './codec.js'
import type { Transaction } from './context.js'
import type { AuthWrite } from './rows.js'

export function toWrites(data: SignalDataSet): AuthWrite[] {
  return Object.entries(data).flatMap(([type, values]) =>
    Object.entries(values ?? {}).map(([id, value]) => ({
      type,
      id,
      text: value === null || value === undefined ? null : encodeValue(type, value),
    })),
  )
}

export function buffer(transaction: Transaction, writes: readonly AuthWrite[]): void {
  for (const write of writes) transaction.writes.set(`${write.type}|${write.id}`, write)
}

/** Empties the buffer: what is taken is on its way to PostgreSQL. */
export function takeWrites(transaction: Transaction): AuthWrite[] {
  const writes = [...transaction.writes.values()]
  transaction.writes.clear()
  return writes
}
