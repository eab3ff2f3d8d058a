/** The traps of running many accounts on Baileys and libsignal: freezes, frames that leave too early, mixed-up accounts. */
import '../../src/libsignal-preload.js'
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { WebSocket } from 'ws'
import { assertPreloadInUse } from '../../src/libsignal-preload.js'
import { installSendGate } from '../../src/session/send-gate.js'
import type { Account } from '../../src/store/account.js'
import { Accounts } from './support/accounts.js'
import { DEADLINE_MS, until } from './support/wait.js'

describe('traps', () => {
  let accounts: Accounts
  let account: Account
  let session = 0
  before(async () => {
    accounts = await Accounts.create()
  })
  after(() => accounts.end())
  beforeEach(async () => {
    session += 1
    account = await accounts.open(session)
  })

  it('does not freeze when the holder of the mutex waits for a LID look-up of somebody else', async () => {
    const lookup = deferred()
    const mine = account.keys.transaction(async () => lookup.promise, 'me')
    // The look-up's owner runs outside and must store what it found.
    const others = account.keys
      .transaction(
        async () => account.keys.set({ 'lid-mapping': { '79001': '111' } }),
        'lid-mapping',
      )
      .then(lookup.resolve)

    await within(Promise.all([mine, others]))
    assert.deepEqual(await account.keys.get('lid-mapping', ['79001']), { '79001': '111' })
  })

  it("does not freeze when a removed device's session is deleted during a send", async () => {
    await account.keys.set({ session: { '1.5': 'old' as never } })
    const deleted = deferred()
    const sending = account.keys.transaction(async () => deleted.promise, 'me')
    // Baileys awaits the deletion while it holds a mutex of its own that the send waits for.
    const notification = account.keys
      .transaction(async () => account.keys.set({ session: { '1.5': null } }), 'delete-1-sessions')
      .then(deleted.resolve)

    await within(Promise.all([sending, notification]))
    await account.settle()
    assert.deepEqual(await account.keys.get('session', ['1.5']), {})
  })

  it('lets no frame leave before the keys it rests on are stored', async () => {
    const sent: string[] = []
    const raw = { send: () => sent.push('frame'), terminate: () => sent.push('cut') }
    installSendGate(raw as unknown as WebSocket, account)
    const locker = await accounts.lockLease(session)

    const sending = account.keys.transaction(async () => {
      await account.keys.set({ session: { '1.0': 'step' as never } })
      raw.send()
      await until('frame', () => sent.length > 0)
    }, 'me')
    await accounts.waiting()
    assert.deepEqual(sent, [])
    await locker.query('rollback')
    await sending
    await locker.end()

    assert.deepEqual(sent, ['frame'])
    assert.equal(await accounts.keyCount(session), 1)
  })

  it('cuts instead of sending when the keys cannot be stored', async () => {
    const sent: string[] = []
    const raw = { send: () => sent.push('frame'), terminate: () => sent.push('cut') }
    installSendGate(raw as unknown as WebSocket, account)
    await accounts.takeAway(session)

    const attempt = account.keys.transaction(async () => {
      await account.keys.set({ session: { '1.0': 'step' as never } })
      raw.send()
      await until('the gate', () => sent.length > 0)
      raw.send()
      await until('the gate again', () => sent.length > 1)
    }, 'me')

    await attempt.catch(() => {})
    assert.deepEqual(sent, ['cut', 'cut'])
  })

  it("keeps two accounts apart in libsignal's job queue", async () => {
    await assertPreloadInUse()
    const queue = createRequire(createRequire(import.meta.url).resolve('baileys'))(
      'libsignal/src/queue_job.js',
    ) as (bucket: string, job: () => Promise<unknown>) => Promise<unknown>
    const other = await accounts.open(session + 1_000)
    const first = deferred()
    const slow = account.keys.transaction(
      () => queue('customer.0', () => first.promise) as Promise<void>,
      'me',
    )
    const quick = other.keys.transaction(
      async () =>
        queue('customer.0', async () => other.keys.set({ session: { '1.0': 'mine' as never } })),
      'me',
    )

    await within(quick)
    first.resolve()
    await slow
    assert.equal(await accounts.keyCount(session + 1_000), 1)
  })

  const deferred = (): { promise: Promise<void>; resolve: () => void } => {
    let resolve = (): void => {}
    const promise = new Promise<void>((done) => {
      resolve = done
    })
    return { promise, resolve }
  }
  const within = async <T>(work: Promise<T>): Promise<T> => {
    let timer: NodeJS.Timeout | undefined
    const limit = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('frozen')), DEADLINE_MS)
    })
    return Promise.race([work, limit]).finally(() => clearTimeout(timer))
  }
})
