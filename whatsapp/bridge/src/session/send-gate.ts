/** Nothing leaves before what it rests on is committed: a first-in-first-out gate on the raw socket's `send`. */
import type { WebSocket } from 'ws'
import type { Account } from '../store/account.js'

type Callback = (error?: Error) => void

/**
 * Baileys encrypts, sends, and commits afterwards; a crash between the two leaves the other phone with a ratchet step
 * we do not remember. Here the caller's buffered keys and changed credentials are committed first. Order must be kept:
 * the Noise counter is already in the frame. `sock.ws.send` would be too late, Baileys promisified it at construction.
 */
export function installSendGate(raw: WebSocket, account: Account): void {
  const send = raw.send.bind(raw) as (data: unknown, callback: Callback) => void
  let queue: Promise<void> = Promise.resolve()

  const gated = (data: unknown, ...rest: unknown[]): void => {
    const callback = rest.find((value): value is Callback => typeof value === 'function')
    // Called at once: only here does the caller's transaction show.
    const committed = account.flushForSend()
    committed.catch(() => {})
    queue = queue.then(async () => {
      try {
        await committed
        if (account.dead) throw account.dead
        send(data, (error) => callback?.(error))
      } catch (error) {
        raw.terminate()
        callback?.(error as Error)
      }
    })
  }
  raw.send = gated as WebSocket['send']
}
