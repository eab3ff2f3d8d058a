/** Keys and events on a real PostgreSQL: what is written together, what is fenced, what a failure does. */
import '../../src/libsignal-preload.js'
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { Fenced, StoreFailure } from '../../src/errors.js'
import type { Account } from '../../src/store/account.js'
import { Accounts, CHAT, message, sha256 } from './support/accounts.js'
import { Wire } from './support/postgres.js'

describe('account', () => {
  let accounts: Accounts
  let account: Account
  let session = 0
  before(async () => {
    accounts = await Accounts.create()
  })
  after(() => accounts.end())
  beforeEach(async () => {
    session += 1
    accounts.rings = 0
    account = await accounts.open(session)
  })

  it('stores keys sealed, and reads them back after a restart', async () => {
    await account.keys.set({ session: { '1.0': { ratchet: 'secret' } as never } })
    const [row] = await accounts.scratch.query<{ value: Buffer }>(
      "select value from bridge.auth where session_id = $1 and type = 'session'",
      [session],
    )

    assert.ok(row && !row.value.includes('secret'))
    const fresh = await accounts.open(session)
    assert.deepEqual(await fresh.keys.get('session', ['1.0', '2.0']), {
      '1.0': { ratchet: 'secret' },
    })
  })

  it('stores nothing of a transaction that fails', async () => {
    const attempt = account.keys.transaction(async () => {
      await account.keys.set({ session: { '1.0': 'a' as never } })
      throw new Error('bad MAC')
    }, '1.0')

    await assert.rejects(attempt, /bad MAC/)
    assert.deepEqual(await account.keys.get('session', ['1.0']), {})
    assert.equal(await accounts.keyCount(session), 0)
  })

  it('sees its own writes before they are committed, and hands out values that are safe to change', async () => {
    await account.keys.set({ 'device-list': { '79001': ['0'] } })
    await account.keys.transaction(async () => {
      await account.keys.set({ session: { '1.0': 'new' as never }, 'pre-key': { 7: null } })
      assert.deepEqual(await account.keys.get('session', ['1.0']), { '1.0': 'new' })
    }, 'x')
    const first = await account.keys.get('device-list', ['79001'])
    first['79001']?.push('5')

    assert.deepEqual(await account.keys.get('device-list', ['79001']), { '79001': ['0'] })
  })

  it('writes the event, the keys and changed credentials in one statement', async () => {
    await account.beginPairing()
    await account.decrypting(async (journal) => {
      await account.keys.set({ session: { '1.0': 'step' as never } })
      Object.assign(account.creds, {
        account: {},
        me: { id: '1:1@s.whatsapp.net' },
        nextPreKeyId: 42,
      })
      account.touchCreds()
      journal(message('A', 'cipher'))
    })

    assert.deepEqual(await accounts.writers(session), { rows: 3, transactions: 1 })
    assert.equal(accounts.rings, 1)
    const fresh = await accounts.open(session)
    assert.equal(await fresh.load(), true)
    assert.equal(fresh.creds.nextPreKeyId, 42)
  })

  it('journals a message once, and answers the same ciphertext from the journal', async () => {
    await account.decrypting(async (journal) => journal(message('A', 'cipher')))
    await account.decrypting(async (journal) => journal(message('A', 'encrypted anew')))

    assert.deepEqual(await accounts.messageIds(session), ['A'])
    assert.equal(accounts.rings, 1)
    const replay = await account.look((rows) => rows.replay(CHAT, 'A', sha256('cipher')))
    assert.equal(replay?.toString(), 'plain cipher')
    const other = await account.look((rows) => rows.replay(CHAT, 'A', sha256('other')))
    assert.equal(other, undefined)
  })

  it('keeps what is sent with the ratchet step it rests on, sealed, and forgets it at a logout', async () => {
    await account.keys.transaction(async () => {
      await account.keys.set({ session: { '1.0': 'step' as never } })
      account.remember({ messageId: 'B', content: Buffer.from('ответ') })
      await account.flushForSend()
    }, 'me')

    const [stored] = await accounts.scratch.query<{ together: boolean; content: Buffer }>(
      `select s.content, s.xmin = a.xmin as together from bridge.sent s join bridge.auth a using (session_id)
       where session_id = $1`,
      [session],
    )
    assert.equal(stored?.together, true)
    assert.ok(!stored?.content.includes('ответ'))
    const fresh = await accounts.open(session)
    assert.equal((await fresh.look((rows) => rows.sent('B')))?.toString(), 'ответ')
    assert.equal(await fresh.look((rows) => rows.sent('C')), undefined)
    await fresh.wipe([])
    assert.deepEqual(
      await accounts.scratch.query('select 1 from bridge.sent where session_id = $1', [session]),
      [],
    )
  })

  it('writes nothing once the lease has another owner', async () => {
    let cut = 0
    account.attach(() => {
      cut += 1
    })
    await accounts.takeAway(session)

    const attempt = account.decrypting(async (journal) => {
      await account.keys.set({ session: { '1.0': 'step' as never } })
      journal(message('A', 'cipher'))
    })

    await assert.rejects(attempt, Fenced)
    assert.equal(cut, 1)
    assert.equal(await accounts.keyCount(session), 0)
    assert.deepEqual(await accounts.messageIds(session), [])
    await assert.rejects(async () => account.keys.get('session', ['1.0']), Fenced)
  })

  it('waits for a takeover that is being decided, and is fenced by it', async () => {
    const taker = await accounts.lockLease(session)
    const attempt = (async () => account.keys.set({ session: { '1.0': 'late' as never } }))()
    attempt.catch(() => {})
    await accounts.waiting()
    await taker.query('commit')
    await taker.end()

    await assert.rejects(attempt, Fenced)
    assert.equal(await accounts.keyCount(session), 0)
  })

  it('cuts the socket before it throws, when a read fails', async () => {
    const wire = new Wire(new URL(accounts.scratch.url))
    const shaky = await accounts.connect(await wire.open())
    const reader = await accounts.open(session, shaky)
    const order: string[] = []
    reader.attach(() => order.push('cut'))
    await wire.cut()

    await assert.rejects(
      async () => reader.keys.get('session', ['1.0']),
      (error) => {
        order.push('thrown')
        return error instanceof StoreFailure
      },
    )
    await assert.rejects(reader.append([]), StoreFailure)

    assert.deepEqual(order, ['cut', 'thrown'])
    await shaky.close()
  })
})
