/** Flow: every way a connection can end, and several salons that share their customers. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { WA_VERSION } from '../../src/session/states.js'
import { Wire } from './support/postgres.js'
import { until } from './support/wait.js'
import { type Bridge, newId, World } from './support/world.js'

describe('endings of a connection', () => {
  let world: World
  let bridge: Bridge
  before(async () => {
    world = await World.create()
    bridge = await world.bridge()
  })
  after(() => world.end())

  describe('of all lines at once', () => {
    it('comes back after an upgrade that was refused over HTTP', async () => {
      const { session, phone } = await world.connect(bridge)
      await world.control('POST', '/upgrade', { mode: 503 })
      await world.control('POST', `/phones/${phone}/drop`)
      await until('a refused upgrade', () => /"code":503/.test(bridge.process.log()))

      await world.control('POST', '/upgrade', { mode: 'ok' })

      await world.event(session, 'connected', 2)
      assert.equal((await world.events(session, 'disconnected')).length, 1)
    })

    it('keeps its credentials when the line says 401: that is not the word of WhatsApp', async () => {
      const { session, phone } = await world.connect(bridge)
      await world.control('POST', '/upgrade', { mode: 401 })
      await world.control('POST', `/phones/${phone}/drop`)
      await until('a refused upgrade', () => /"code":401/.test(bridge.process.log()))

      await world.control('POST', '/upgrade', { mode: 'ok' })

      await world.event(session, 'connected', 2)
      assert.deepEqual(await world.events(session, 'logged_out'), [])
    })

    it('tells once that WhatsApp refuses our version, goes on trying, and needs no new scan', async () => {
      const { session, phone } = await world.connect(bridge)
      await world.control('POST', '/logins', { mode: 405 })
      const pairing = world.newSession()

      await world.control('POST', `/phones/${phone}/drop`)
      const told = await world.event(session, 'disconnected', 2)
      await bridge.call('POST', `/sessions/${pairing}/start`, { mode: 'qr' })
      const ended = await world.event(pairing, 'qr_ended')

      assert.deepEqual(told.payload, {
        code: 405,
        reason: 'version_refused',
        will_reconnect: true,
        version: WA_VERSION.join('.'),
      })
      assert.deepEqual(ended.payload, {
        reason: 'version_refused',
        version: WA_VERSION.join('.'),
      })
      assert.equal((await bridge.call('GET', `/sessions/${session}`)).body.state, 'reconnecting')
      await world.control('POST', '/logins', { mode: 'ok' })
      await bridge.call('POST', `/sessions/${session}/stop`)
      await bridge.call('POST', `/sessions/${session}/start`, { mode: 'resume' })
      await world.event(session, 'connected', 2)
    })
  })

  // They wait for backoffs and leases most of their time.
  describe('of one salon', { concurrency: 3 }, () => {
    it('comes back by itself after a drop, and says that it will', async () => {
      const { session, phone } = await world.connect(bridge)

      await world.control('POST', `/phones/${phone}/drop`)
      const gone = await world.event(session, 'disconnected')
      const back = await world.event(session, 'connected', 2)

      assert.equal(gone.payload.will_reconnect, true)
      assert.equal(gone.payload.code, 428)
      assert.equal(back.payload.fresh, false)
    })

    for (const code of [500, 503]) {
      it(`comes back after a stream error ${code}`, async () => {
        const { session, phone } = await world.connect(bridge)

        await world.control('POST', `/phones/${phone}/end`, { code })
        const gone = await world.event(session, 'disconnected')
        await world.event(session, 'connected', 2)

        assert.equal(gone.payload.code, code)
        assert.equal(gone.payload.will_reconnect, true)
      })
    }

    for (const [code, reason] of [
      [403, 'forbidden'],
      [411, 'multi_device_mismatch'],
    ] as const) {
      it(`stops at ${code}, keeps its credentials and gives the lease back`, async () => {
        const { session, phone } = await world.connect(bridge)

        await world.control('POST', `/phones/${phone}/end`, { code })
        const { payload } = await world.event(session, 'disconnected')

        assert.deepEqual(payload, { code, reason, will_reconnect: false })
        const [lease] = await until('the lease is given back', async () => {
          const rows = await world.database.query<{ wanted: boolean }>(
            'select wanted from bridge.leases where session_id = $1 and owner is null',
            [session],
          )
          return rows.length > 0 && rows
        })
        assert.equal(lease?.wanted, false)
        const kept = await world.database.query(
          "select 1 from bridge.auth where session_id = $1 and id = 'paired'",
          [session],
        )
        assert.equal(kept.length, 1)
      })
    }

    it('takes silence for no fault: nobody writes, and nothing happens', async () => {
      const quiet = await world.bridge({ BRIDGE_LEASE_SECONDS: '15' })
      const { session } = await world.connect(quiet)
      const lease = async () => {
        const [row] = await world.database.query<{ epoch: string; until: Date }>(
          'select epoch, expires_at as until from bridge.leases where session_id = $1',
          [session],
        )
        return row
      }
      const before = await lease()

      // Long enough for every timer that a lease of this length has.
      await until('three renewals', async () => {
        const now = await lease()
        return now && before && now.until.getTime() - before.until.getTime() > 12_000
      })

      assert.equal((await lease())?.epoch, before?.epoch)
      assert.equal((await world.events(session, 'connected')).length, 1)
      assert.deepEqual(await world.events(session, 'disconnected'), [])
      await quiet.process.end()
    })

    it('does not fight after being replaced: it checks its lease, and comes back after a pause', async () => {
      const { session, phone } = await world.connect(bridge)
      const lease = async () => {
        const [row] = await world.database.query<{ epoch: string; owner: string }>(
          'select epoch, owner from bridge.leases where session_id = $1',
          [session],
        )
        return row
      }
      const before = await lease()

      await world.control('POST', `/phones/${phone}/replace`)
      const gone = await world.event(session, 'disconnected')
      const back = await world.event(session, 'connected', 2)

      assert.equal(gone.payload.code, 440)
      const after = await lease()
      assert.equal(after?.owner, 'bridge-1')
      assert.ok(Number(after?.epoch) > Number(before?.epoch))
      // By PostgreSQL's clock: the pause begins after the first row, and a slow machine only makes it longer.
      const [pause] = await world.database.query<{ seconds: number }>(
        `select extract(epoch from b.created_at - g.created_at)::float as seconds
         from bridge.events g, bridge.events b where g.id = $1 and b.id = $2`,
        [gone.id, back.id],
      )
      assert.ok((pause?.seconds ?? 0) > 9.9)
    })

    it('ends an unfinished pairing when it is stopped, and begins anew with other credentials', async () => {
      const session = world.newSession()
      await bridge.call('POST', `/sessions/${session}/start`, { mode: 'qr' })
      const first = await world.event(session, 'qr')
      const again = await bridge.call('POST', `/sessions/${session}/start`, { mode: 'qr' })
      const repeated = await world.event(session, 'qr', 2)
      await bridge.call('POST', `/sessions/${session}/stop`)
      await bridge.call('POST', `/sessions/${session}/start`, { mode: 'qr' })
      const anew = await world.event(session, 'qr', 3)

      assert.deepEqual(again.body, { state: 'qr' })
      assert.equal(repeated.payload.qr, first.payload.qr)
      assert.notEqual(identityOf(anew.payload.qr), identityOf(first.payload.qr))
    })

    it('is idle after a pairing that lost its connection', async () => {
      const wire = new Wire(new URL(world.socketUrl))
      const other = await world.bridge({ WHATSAPP_SOCKET_URL: await wire.open() })
      const session = world.newSession()
      await other.call('POST', `/sessions/${session}/start`, { mode: 'qr' })
      await world.event(session, 'qr')
      await wire.cut()

      const ended = await world.event(session, 'qr_ended')

      assert.equal(typeof ended.payload.reason, 'string')
      await until(
        'idle',
        async () => (await other.call('GET', `/sessions/${session}`)).body.state === 'idle',
      )
      const rows = await world.database.query('select 1 from bridge.auth where session_id = $1', [
        session,
      ])
      assert.deepEqual(rows, [])
    })

    it('serves two salons with the same customers in one process', async () => {
      const salons = [await world.connect(bridge), await world.connect(bridge)]
      const customers = Array.from({ length: 3 }, () => world.newPhone())
      const COPIES = 10
      await Promise.all(
        salons.flatMap(({ phone }) =>
          customers.map((customer) => world.writeMany(customer, phone, COPIES)),
        ),
      )

      // Every message is answered as soon as it is stored, both salons at once.
      await Promise.all(salons.map(({ session }) => answerAll(session, customers.length * COPIES)))

      for (const { phone } of salons) {
        for (const customer of customers) {
          const inbox = await until('answers', async () => {
            const seen = (await world.inbox(customer, phone)).filter((m) => m.direction === 'in')
            return seen.length === COPIES && seen
          })
          assert.deepEqual([...new Set(inbox.map((m) => m.duplicates))], [0])
          assert.deepEqual([...new Set(inbox.map((m) => m.text))], ['и вам'])
        }
      }
      for (const { phone } of salons) assert.equal(await decryptErrors(phone), 0)
    })
  })

  const answerAll = async (session: number, count: number): Promise<void> => {
    const answered = new Set<string>()
    const running: Promise<unknown>[] = []
    await until(`${count} messages answered`, async () => {
      for (const row of await world.events(session, 'message')) {
        if (answered.has(row.message_id)) continue
        answered.add(row.message_id)
        running.push(bridge.send(session, row.chat, 'и вам', newId()))
      }
      return answered.size === count
    })
    for (const { status } of (await Promise.all(running)) as { status: number }[])
      assert.equal(status, 200)
  }
  const decryptErrors = async (phone: string): Promise<number> => {
    const ledger = JSON.stringify(await world.control('GET', `/ledger?salon=${phone}`))
    return [...ledger.matchAll(/"decrypt_errors":(\d+)/g)].reduce(
      (sum, [, n]) => sum + Number(n),
      0,
    )
  }
  const identityOf = (qr: unknown): string => String(qr).split(',')[2] ?? ''
})
