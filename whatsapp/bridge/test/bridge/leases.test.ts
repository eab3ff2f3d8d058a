/** Flow: two bridges on one database. Each session has one owner, and a death loses nothing and doubles nothing. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { until } from './support/wait.js'
import { type Bridge, newId, World } from './support/world.js'

/**
 * Renewed every four seconds: a process that gets no processor for a while must not lose it, least of all while it
 * pairs, for a pairing whose lease ran out is not taken up again.
 */
const LEASE = { BRIDGE_LEASE_SECONDS: '12' }
const SALONS = 3
const CUSTOMERS = 4
const EACH = 8

describe('two bridges', () => {
  let world: World
  before(async () => {
    world = await World.create()
  })
  after(() => world.end())

  it('lose and double nothing when the owner is killed while customers write and are answered', async () => {
    const owner = await world.bridge({ BRIDGE_ID: 'owner', ...LEASE })
    const salons = []
    for (let n = 0; n < SALONS; n += 1) salons.push(await world.connect(owner))
    const heir = await world.bridge({ BRIDGE_ID: 'heir', ...LEASE })
    const writing = salons.flatMap(({ phone }) =>
      Array.from({ length: CUSTOMERS }, async () => {
        const customer = world.newPhone()
        for (let n = 0; n < EACH; n += 1) await world.write(customer, phone, { text: `${n}` })
      }),
    )
    const answers = new Map<string, string>()
    const end = new AbortController()
    const answering = salons.map(({ session }) =>
      answer([owner, heir], session, answers, end.signal),
    )
    await until('some rows', async () => (await count()) > 5)

    await owner.process.end('SIGKILL')
    await Promise.all(writing)
    await until('the heir drives them all', async () => (await owners()).every((o) => o === 'heir'))
    await until('everything is answered', () => answers.size === SALONS * CUSTOMERS * EACH)
    end.abort()
    await Promise.all(answering)

    for (const { session, phone } of salons) {
      const ids = (await world.messages(session)).map((message) => message.message_id)
      assert.equal(ids.length, CUSTOMERS * EACH)
      assert.equal(new Set(ids).size, CUSTOMERS * EACH)
      assert.deepEqual(await world.events(session, 'undecryptable'), [])
      assert.equal((await world.events(session, 'qr')).length, 1)
      const ledger = JSON.stringify(await world.control('GET', `/ledger?salon=${phone}`))
      assert.ok(!/"decrypt_errors":[1-9]/.test(ledger), 'unreadable at a phone')
      // The same id may come twice at a death; a phone shows it once.
      const shown = [...ledger.matchAll(/"id":"(3EB0[0-9A-F]{18})","direction":"in"/g)]
      assert.equal(shown.length, CUSTOMERS * EACH)
      assert.equal(new Set(shown.map(([, id]) => id)).size, shown.length)
    }
  })

  it('leave each other alone while both live, and tell where a session is', async () => {
    const one = await world.bridge({ BRIDGE_ID: 'one', ...LEASE })
    const two = await world.bridge({ BRIDGE_ID: 'two', ...LEASE })
    const first = await world.connect(one)
    const second = await world.connect(two)
    const before = await epochs()

    await until('renewals', async () => (await renewedSince(before)) > 3_000)

    assert.deepEqual(
      (await epochs()).map(({ id, epoch }) => [id, epoch]),
      before.map(({ id, epoch }) => [id, epoch]),
    )
    const asked = await two.call('GET', `/sessions/${first.session}`)
    assert.equal(asked.status, 409)
    assert.deepEqual(asked.body.owner, { id: 'one', url: one.process.url })
    const stolen = await one.call('POST', `/sessions/${second.session}/start`, { mode: 'resume' })
    assert.equal(stolen.body.code, 'other_owner')
    const nodes = await world.database.query<{ id: string }>(
      `select id from bridge.nodes where id in ('one', 'two') and seen_at > now() - interval '10 minutes'
       order by id`,
    )
    assert.deepEqual(
      nodes.map(({ id }) => id),
      ['one', 'two'],
    )
  })

  /** Answers each stored message once, under one id, through whichever bridge has the session. */
  const answer = async (
    bridges: readonly Bridge[],
    session: number,
    answers: Map<string, string>,
    signal: AbortSignal,
  ): Promise<void> => {
    const ids = new Map<string, string>()
    while (!signal.aborted) {
      for (const row of await world.events(session, 'message')) {
        const id = ids.get(row.message_id) ?? newId()
        ids.set(row.message_id, id)
        for (const bridge of answers.has(row.message_id) ? [] : bridges) {
          const sent = await bridge.send(session, row.chat, 'да', id).catch(() => undefined)
          if (sent?.body.status === 'sent') answers.set(row.message_id, id)
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const count = async (): Promise<number> => {
    const [row] = await world.database.query<{ n: number }>(
      "select count(*)::int as n from bridge.events where kind = 'message'",
    )
    return row?.n ?? 0
  }
  const owners = async (): Promise<(string | null)[]> => {
    const rows = await world.database.query<{ owner: string | null }>(
      'select owner from bridge.leases where expires_at > now()',
    )
    return rows.length === SALONS ? rows.map(({ owner }) => owner) : [null]
  }
  type Epoch = { id: string; epoch: string; until: Date }
  const epochs = (): Promise<Epoch[]> =>
    world.database.query<Epoch>(
      'select session_id::text as id, epoch::text, expires_at as until from bridge.leases order by 1',
    )
  /** Milliseconds by which the slowest lease has been prolonged. */
  const renewedSince = async (before: readonly Epoch[]): Promise<number> => {
    const now = await epochs()
    return Math.min(...now.map((e, n) => e.until.getTime() - (before[n]?.until.getTime() ?? 0)))
  }
})
