/** The chats that were on the phone before it was linked: the assistant has not been spoken to there. */
import { jidNormalizedUser, type processHistoryMessage } from 'baileys'
import { makeEvent } from '../events.js'
import type { EventRow } from '../store/rows.js'
import { isPerson } from './normalise.js'

const PER_EVENT = 1_000

type History = Pick<ReturnType<typeof processHistoryMessage>, 'chats' | 'lidPnMappings'>

/** Both addresses of every person in the history, as far as they are known. */
export function historyEvents({ chats, lidPnMappings }: History): EventRow[] {
  const other = new Map<string, string>()
  for (const { lid, pn } of lidPnMappings ?? []) other.set(lid, pn).set(pn, lid)
  const jids = new Set<string>()
  for (const { id, pnJid, lidJid } of chats) {
    if (!id || !isPerson(id)) continue
    for (const jid of [id, pnJid, lidJid, other.get(id)]) if (jid) jids.add(jidNormalizedUser(jid))
  }
  const all = [...jids]
  const events: EventRow[] = []
  for (let start = 0; start < all.length; start += PER_EVENT) {
    events.push(makeEvent('history', { jids: all.slice(start, start + PER_EVENT) }))
  }
  return events
}
