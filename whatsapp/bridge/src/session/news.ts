/** Events about the session itself: connected, disconnected, logged out. */
import { type Contact, jidDecode, jidNormalizedUser } from 'baileys'
import { makeEvent } from '../events.js'
import type { EventRow } from '../store/rows.js'
import { type Ending, reasonOf, refusedVersion } from './states.js'

/** Digits of the salon's own number. */
export function phoneOf(me: Contact | undefined): string | undefined {
  return jidDecode(me?.id)?.user
}

export function connected(me: Contact | undefined, fresh: boolean): EventRow {
  const { id = '', lid, name } = me ?? {}
  return makeEvent('connected', {
    phone: phoneOf(me) ?? '',
    jid: id,
    lid: lid ? jidNormalizedUser(lid) : null,
    // "~" is what Baileys puts there while a code is waited for.
    name: name && name !== '~' ? name : null,
    fresh,
  })
}

export function disconnected(ending: Ending, willReconnect: boolean): EventRow {
  const reason = ending.code === 0 ? ending.reason : reasonOf(ending)
  return makeEvent('disconnected', {
    code: ending.code,
    reason,
    will_reconnect: willReconnect,
    ...refusedVersion(reason),
  })
}

/** `code` 0: not WhatsApp but a person on our side asked for it. */
export function loggedOut(code: number, reason: string): EventRow {
  return makeEvent('logged_out', { code, reason })
}
