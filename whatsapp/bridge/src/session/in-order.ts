/**
 * One message at a time, in the order in which they came.
 *
 * Baileys takes live messages side by side: before it decrypts one it may have to note the sender's two
 * addresses, which the next one of a new customer then need not, and overtakes it. From there on it takes
 * them singly anyway, and what waited while we were away it takes in order by itself.
 */
import type { BinaryNode, WASocket } from 'baileys'

type Listener = (node: BinaryNode) => unknown

/** Before anybody else listens: Baileys' own listener is the only one. */
export function keepOrder(ws: WASocket['ws']): void {
  const [own, ...others] = ws.listeners('CB:message') as Listener[]
  if (!own || others.length > 0) {
    throw new Error('Baileys does not listen to messages as the pinned version does.')
  }
  let last: Promise<unknown> = Promise.resolve()
  ws.removeListener('CB:message', own)
  ws.on('CB:message', (node: BinaryNode) => {
    const take = (): unknown => own(node)
    last = last.then(take, take)
  })
}
