/**
 * Who is typing, so that a burst of messages gets one answer.
 *
 * WhatsApp tells it only to a device that shows itself online, and the phone rings for nothing while one does. So the
 * session comes online when a person has written, for as long as the rest of the burst may take, and goes again.
 */
import { type BinaryNode, jidNormalizedUser, type WASocket } from 'baileys'
import { makeEvent } from '../events.js'
import { outside } from '../store/context.js'
import type { EventRow } from '../store/rows.js'
import { isPerson } from './normalise.js'

const AWAKE_MS = 7_000

export function followTyping(
  sock: WASocket,
  ended: Promise<unknown>,
  tell: (event: EventRow) => void,
): void {
  const typing = new Set<string>()
  let awake: NodeJS.Timeout | undefined
  let shown = false

  // A courtesy of the socket's: whatever fails here, messages go on.
  const show = (type: 'available' | 'unavailable'): void =>
    outside(() => void sock.sendPresenceUpdate(type).catch(() => {}))
  const goAway = (): void => {
    shown = false
    typing.clear()
    show('unavailable')
  }

  // Baileys' own listeners, called before these, have just said that we are away, or a name that passes for it.
  const unsaid = (): void => {
    shown = false
  }
  sock.ev.on('connection.update', ({ connection }) => connection === 'open' && unsaid())
  sock.ev.on('creds.update', unsaid)
  sock.ws.prependListener('CB:message', ({ attrs }: BinaryNode) => {
    if (!isPerson(attrs.from ?? '') || attrs.offline || attrs.recipient || attrs.category) return
    // Nobody is online without a name, and right after a link it is not known yet.
    if (!shown && sock.authState.creds.me?.name) {
      shown = true
      show('available')
    }
    clearTimeout(awake)
    awake = setTimeout(goAway, AWAKE_MS).unref()
  })
  sock.ws.prependListener('CB:chatstate', ({ attrs, content }: BinaryNode) => {
    const { from } = attrs
    if (!from || !isPerson(from) || !Array.isArray(content)) return
    const chat = jidNormalizedUser(from)
    const now = content[0]?.tag === 'composing'
    if (now === typing.has(chat)) return
    if (now) typing.add(chat)
    else typing.delete(chat)
    outside(() => tell(makeEvent('typing', { chat, typing: now })))
  })
  void ended.then(() => clearTimeout(awake))
}
