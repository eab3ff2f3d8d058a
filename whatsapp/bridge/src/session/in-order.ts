/**
 * One message of a chat at a time, in the order in which they came.
 *
 * Baileys takes live messages side by side: before it decrypts one it may have to note the sender's two
 * addresses, which the next one of a new customer then need not, and overtakes it. (What waited while we
 * were away it takes in order by itself.)
 */
import type { BinaryNode, WASocket } from 'baileys'

type Listener = (node: BinaryNode) => unknown

/** Before anybody else listens: Baileys' own listener is the only one. */
export function keepOrder(ws: WASocket['ws']): void {
  const [own, ...others] = ws.listeners('CB:message') as Listener[]
  if (!own || others.length > 0) {
    throw new Error('Baileys does not listen to messages as the pinned version does.')
  }
  const last = new Map<string, Promise<unknown>>()
  ws.removeListener('CB:message', own)
  ws.on('CB:message', (node: BinaryNode) => {
    const chat = node.attrs.from ?? ''
    const take = (): unknown => own(node)
    const turn = (last.get(chat) ?? Promise.resolve()).then(take, take)
    last.set(chat, turn)
    const forget = (): void => {
      if (last.get(chat) === turn) last.delete(chat)
    }
    turn.then(forget, forget)
  })
}
