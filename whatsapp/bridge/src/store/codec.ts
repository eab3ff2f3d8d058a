/** How values of the auth table look inside: JSON text, sealed; and where credentials live. */
import { BufferJSON, proto } from 'baileys'
import type { Keyring } from '../crypto.js'

export const CREDS = 'creds'
/** Credentials that log in (a phone has scanned). Resuming looks for this row without opening it. */
export const PAIRED = 'paired'
/** Credentials of an unfinished pairing: thrown away before the next one. */
export const PAIRING = 'pairing'

/** Holds no bytes, only strings and numbers: parsed without the (slow) Buffer reviver. */
const PLAIN_JSON = new Set(['session', 'lid-mapping', 'device-list', 'sender-key-memory'])

export function encodeValue(type: string, value: unknown): string {
  return PLAIN_JSON.has(type) ? JSON.stringify(value) : JSON.stringify(value, BufferJSON.replacer)
}

export function decodeValue(type: string, text: string): unknown {
  if (PLAIN_JSON.has(type)) return JSON.parse(text)
  const value: unknown = JSON.parse(text, BufferJSON.reviver)
  return type === 'app-state-sync-key' && value !== null
    ? proto.Message.AppStateSyncKeyData.fromObject(value as object)
    : value
}

/** The column `value` of bridge.auth for (session, type, id). */
export function sealValue(
  keyring: Keyring,
  sessionId: string,
  type: string,
  id: string,
  text: string,
): Buffer {
  return keyring.seal(`${sessionId}|${type}|${id}`, Buffer.from(text, 'utf8'))
}

export function openValue(
  keyring: Keyring,
  sessionId: string,
  type: string,
  id: string,
  sealed: Uint8Array,
): string {
  return keyring.open(`${sessionId}|${type}|${id}`, sealed).toString('utf8')
}
