/** From Baileys' shapes to rows, and the buffer of a transaction. */
import type { AuthenticationCreds, SignalDataSet } from 'baileys'
import { CREDS, encodeValue, isPaired, PAIRED, PAIRING } from './codec.js'
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

/** Credentials that log in take the place of those of the pairing they came from. */
export function credsWrites(creds: AuthenticationCreds): AuthWrite[] {
  const paired = isPaired(creds)
  return [
    { type: CREDS, id: paired ? PAIRED : PAIRING, text: encodeValue(CREDS, creds) },
    ...(paired ? [{ type: CREDS, id: PAIRING, text: null }] : []),
  ]
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
