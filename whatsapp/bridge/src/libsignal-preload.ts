/**
 * Must be the first import of a process: makes libsignal's job queue safe for many accounts, its agreements cheap,
 * and silences it.
 *
 * libsignal queues work per address in one module-global map: no account in the key, and a job runs in the async
 * context of whoever started the queue. Two salons with a common customer then wait for each other for ever, or write
 * outside their transaction. The replacement puts the account into the key and binds the job to its caller.
 */
import { AsyncResource } from 'node:async_hooks'
import { createRequire } from 'node:module'
import { type Curve, quicken } from './libsignal-curve.js'
import { currentAccountTag } from './store/context.js'

type Job<T> = () => Promise<T>
type QueueJob = <T>(bucket: string, job: Job<T>) => Promise<T>

// The copy Baileys itself uses, wherever it is installed.
const require = createRequire(createRequire(import.meta.url).resolve('baileys'))
const queuePath = require.resolve('libsignal/src/queue_job.js')
if (require.cache[require.resolve('libsignal/src/session_cipher.js')]) {
  throw new Error('libsignal-preload must be imported before anything that imports baileys')
}
const original = require(queuePath) as QueueJob
let calls = 0

const bound: QueueJob = (bucket, job) => {
  calls += 1
  // Not AsyncResource.bind: it defines deprecated properties on every function it makes, 11 µs each time.
  const caller = new AsyncResource('libsignal-job')
  return original(`${currentAccountTag()}|${bucket}`, () => caller.runInAsyncScope(job))
}
const cached = require.cache[queuePath]
if (!cached) throw new Error('libsignal/src/queue_job.js was not loaded as a CommonJS module')
cached.exports = bound

export const curveInUse = require('libsignal/src/curve.js') as Curve
quicken(curveInUse)

// libsignal prints whole sessions, private keys included. Our own records go through pino.
const nothing = (): void => {}
console.info = nothing
console.warn = nothing
console.error = nothing

/** Throws unless libsignal's ciphers really go through the replaced queue. Call once at start. */
export async function assertPreloadInUse(): Promise<void> {
  const { SessionCipher, ProtocolAddress } = (await import('libsignal')) as unknown as {
    SessionCipher: new (storage: object, address: object) => { hasOpenSession(): Promise<boolean> }
    ProtocolAddress: new (name: string, device: number) => object
  }
  const before = calls
  const storage = { loadSession: async () => undefined }
  await new SessionCipher(storage, new ProtocolAddress('preload-check', 0)).hasOpenSession()
  if (calls !== before + 1) {
    throw new Error(
      'libsignal does not use the replaced job queue: refusing to run several accounts.',
    )
  }
}
