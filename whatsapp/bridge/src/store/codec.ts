/** How values of the auth table look inside: JSON text, sealed; and where credentials live. */
import { type AuthenticationCreds, BufferJSON, proto } from 'baileys'
import type { Keyring } from '../crypto.js'

export const CREDS = 'creds'
/** Credentials that log in (a phone has scanned). Resuming looks for this row without opening it. */
export const PAIRED = 'paired'
/** Credentials of an unfinished pairing: thrown away before the next one. */
export const PAIRING = 'pairing'

export function isPaired(creds: AuthenticationCreds): boolean {
  return Boolean(creds.account && creds.me?.id)
}

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

/** What a sealed value is bound to (`Keyring`): a row that was moved does not open. */
export function authPlace(sessionId: string, type: string, id: string): string {
  return `${sessionId}|${type}|${id}`
}

export function eventPlace(
  sessionId: string,
  chat: string,
  messageId: string,
  sha256: Buffer,
): string {
  return `${sessionId}|event|${chat}|${messageId}|${sha256.toString('hex')}`
}

export function sentPlace(sessionId: string, messageId: string): string {
  return `${sessionId}|sent|${messageId}`
}

export function mediaPlace(sessionId: string, chat: string, messageId: string): string {
  return `media|${sessionId}|${chat}|${messageId}`
}

export function proxyPlace(sessionId: string): string {
  return `${sessionId}|proxy`
}

/** The column `value` of bridge.auth for (session, type, id). */
export function sealValue(
  keyring: Keyring,
  sessionId: string,
  type: string,
  id: string,
  text: string,
): Buffer {
  return keyring.seal(authPlace(sessionId, type, id), Buffer.from(text, 'utf8'))
}

export function openValue(
  keyring: Keyring,
  sessionId: string,
  type: string,
  id: string,
  sealed: Uint8Array,
): string {
  return keyring.open(authPlace(sessionId, type, id), sealed).toString('utf8')
}
