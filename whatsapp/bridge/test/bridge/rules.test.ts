/** Rules without I/O: configuration, endings, encryption, the cache, what leaves the process. */
import '../../src/libsignal-preload.js'
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { ConfigError, parseConfig } from '../../src/config.js'
import { Keyring } from '../../src/crypto.js'
import { makeEvent } from '../../src/events.js'
import { errorForLog, mask } from '../../src/log.js'
import { Pace } from '../../src/session/pace.js'
import { Slots } from '../../src/session/slots.js'
import { backoff, judge, REROUTED, STORE_FAILED } from '../../src/session/states.js'
import { KeyCache } from '../../src/store/cache.js'

const key = () => randomBytes(32).toString('base64')
const ENV = {
  BRIDGE_DATABASE_URL: 'postgresql://bridge@127.0.0.1/aiadmin',
  BRIDGE_ID: 'bridge-1',
  BRIDGE_TOKEN: 'secret',
  AUTH_STATE_KEY: key(),
}

describe('configuration', () => {
  it('has defaults for all but secrets and addresses', () => {
    const config = parseConfig(ENV)

    assert.equal(config.host, '127.0.0.1')
    assert.equal(config.port, 3001)
    assert.equal(config.leaseMs, 30_000)
    assert.equal(config.socketUrl, undefined)
  })

  for (const name of Object.keys(ENV)) {
    it(`refuses to start without ${name}`, () => {
      assert.deepEqual(faults({ ...ENV, [name]: ' ' }).length, 1)
      assert.match(
        faults({ ...ENV, [name]: undefined })[0] ?? '',
        new RegExp(`^${name} is not set`),
      )
    })
  }

  for (const [name, value] of [
    ['AUTH_STATE_KEY', 'short'],
    ['BRIDGE_LISTEN', '3001'],
    ['BRIDGE_LEASE_SECONDS', '0'],
    ['BRIDGE_RING_URL', 'localhost:8000'],
    ['WHATSAPP_SOCKET_URL', 'http://127.0.0.1'],
    ['WHATSAPP_PROXY_URL', 'ftp://proxy'],
    ['LOG_LEVEL', 'loud'],
  ] as const) {
    it(`names ${name} when it is wrong`, () => {
      const [fault, ...more] = faults({ ...ENV, [name]: value })

      assert.match(fault ?? '', new RegExp(`^${name} `))
      assert.deepEqual(more, [])
    })
  }

  it('has no sandbox in production', () => {
    const production = { ...ENV, DJANGO_ENV: 'production' }
    assert.equal(faults({ ...production, WHATSAPP_SOCKET_URL: 'ws://127.0.0.1:4777/ws' }).length, 1)
    assert.equal(faults({ ...production, WHATSAPP_SOCKET_URL: 'wss://example.com/ws' }).length, 1)
    assert.deepEqual(faults(production), [])
  })

  const faults = (env: Record<string, string | undefined>): readonly string[] => {
    try {
      parseConfig(env)
      return []
    } catch (error) {
      assert.ok(error instanceof ConfigError)
      return error.faults
    }
  }
})

describe('encryption', () => {
  it('opens only at the place it was sealed for, and only unchanged', () => {
    const ring = Keyring.parse(key())
    const sealed = ring.seal('1|session|a', Buffer.from('ratchet'))
    const changed = Buffer.from(sealed)
    changed.writeUInt8(changed.readUInt8(20) ^ 1, 20)

    assert.equal(ring.open('1|session|a', sealed).toString(), 'ratchet')
    assert.throws(() => ring.open('2|session|a', sealed))
    assert.throws(() => ring.open('1|session|a', changed))
    assert.ok(!sealed.includes('ratchet'))
  })

  it('writes with the first key and reads with any', () => {
    const [old, fresh] = [key(), key()]
    const sealed = Keyring.parse(old).seal('p', Buffer.from('x'))
    const both = Keyring.parse(`${fresh}, ${old}`)

    assert.equal(both.open('p', sealed).toString(), 'x')
    assert.equal(
      Keyring.parse(fresh)
        .open('p', both.seal('p', Buffer.from('y')))
        .toString(),
      'y',
    )
    assert.throws(() => Keyring.parse(fresh).open('p', sealed), /does not list/)
  })
})

describe('read cache', () => {
  it('stays within its bytes and keeps what is used', () => {
    const cache = new KeyCache(1_000)
    for (const id of ['a', 'b', 'c']) cache.put(id, 'x'.repeat(150))
    for (const id of ['d', 'e', 'f', 'g']) {
      cache.get('a')
      cache.put(id, 'x'.repeat(150))
    }

    assert.equal(cache.get('a'), 'x'.repeat(150))
    assert.equal(cache.get('b'), undefined)
    assert.ok(cache.size <= 1_000)
  })

  it('remembers absence, forgets all at once, and takes no giant', () => {
    const cache = new KeyCache(1_000)
    cache.put('absent', null)
    cache.put('giant', 'x'.repeat(900))

    assert.equal(cache.get('absent'), null)
    assert.equal(cache.get('giant'), undefined)
    cache.clear()
    assert.equal(cache.get('absent'), undefined)
    assert.equal(cache.size, 0)
  })
})

describe('endings', () => {
  const paired = (code: number, failures = 1) => judge({ code, reason: '' }, true, failures, 0)

  it('deletes credentials at 401 and at nothing else', () => {
    for (let code = 0; code < 600; code += 1) {
      assert.equal(paired(code).next === 'log_out', code === 401, `code ${code}`)
    }
    assert.equal(judge({ code: 401, reason: '' }, false, 1).next, 'end_pairing')
  })

  it('takes no HTTP status of the line for the word of WhatsApp', () => {
    for (const code of [401, 403, 405, 411, 440, 429, 503, 515]) {
      const refused = { code, reason: 'x', line: 'upgrade_refused' } as const
      assert.deepEqual(judge(refused, true, 1, 0), { next: 'retry', delayMs: 1000 })
      assert.deepEqual(judge(refused, false, 1), {
        next: 'end_pairing',
        reason: 'upgrade_refused',
      })
    }
  })

  it('asks a server that refuses its version once a minute', () => {
    assert.deepEqual(paired(405), { next: 'retry', delayMs: 60_000 })
    assert.deepEqual(judge({ code: 405, reason: '' }, false, 1), {
      next: 'end_pairing',
      reason: 'version_refused',
    })
  })

  it('slows down when it connects and falls more than ten times an hour', () => {
    const pace = new Pace()
    const fell = { wasConnected: true, held: true }
    const failures = Array.from({ length: 11 }, () => pace.count({ code: 428, reason: '' }, fell))

    assert.deepEqual(failures.slice(0, 10), Array(10).fill(1))
    assert.equal(backoff(failures[10] ?? 0, 0), 60_000)
    const own = new Pace()
    for (let n = 0; n < 20; n += 1) assert.equal(own.count(STORE_FAILED, fell), 1)
  })

  it('opens again at once after a pairing, but not for ever', () => {
    assert.deepEqual(paired(515), { next: 'reopen' })
    assert.equal(paired(515, 4).next, 'retry')
  })

  it('waits 1 s, 2 s, 4 s … 60 s, and a spread of up to a half', () => {
    assert.deepEqual(
      [1, 2, 3, 6, 7, 50].map((failures) => backoff(failures, 0)),
      [1000, 2000, 4000, 32_000, 60_000, 60_000],
    )
    assert.equal(backoff(1, 1), 500)
    for (const code of [428, 408, 500, 503])
      assert.deepEqual(paired(code), { next: 'retry', delayMs: 1000 })
  })

  it('goes another way out at once, and does not count that', () => {
    const pace = new Pace()
    const fell = { wasConnected: true, held: false }

    assert.equal(pace.count({ code: 428, reason: '' }, fell), 1)
    for (let n = 0; n < 20; n += 1) assert.equal(pace.count(REROUTED, fell), 1)
    assert.deepEqual(judge(REROUTED, true, 5), { next: 'reopen' })
    assert.equal(judge(REROUTED, false, 1).next, 'end_pairing')
  })

  it('is slow after it was replaced, and stops when it is forbidden', () => {
    assert.deepEqual(paired(440), { next: 'retry', delayMs: 10_000 })
    assert.deepEqual(paired(403), { next: 'stop' })
  })

  it('never reconnects an unfinished pairing', () => {
    for (const code of [408, 428, 440, 500, 503]) {
      assert.equal(judge({ code, reason: 'x' }, false, 1).next, 'end_pairing')
    }
    const spent = judge({ code: 408, reason: 'QR refs attempts ended' }, false, 1)
    assert.deepEqual(spent, { next: 'end_pairing', reason: 'expired' })
  })
})

describe('openings', () => {
  it('are so many at a time, in order, and a slot given back twice is one', async () => {
    const slots = new Slots(5)
    const order: number[] = []
    const open = Array.from({ length: 12 }, async (_, n) => {
      const release = await slots.acquire()
      order.push(n)
      return release
    })
    const first = await Promise.all(open.slice(0, 5))
    await new Promise(setImmediate)
    assert.deepEqual(order, [0, 1, 2, 3, 4])

    first[0]?.()
    first[0]?.()
    await open[5]
    await new Promise(setImmediate)

    assert.deepEqual(order, [0, 1, 2, 3, 4, 5])
  })
})

describe('what leaves this process', () => {
  it('an event holds nothing that PostgreSQL cannot store', () => {
    const { payload, messageId } = makeEvent(
      'undecryptable',
      { chat: 'a\u0000b', message_id: 'x', reason: 'half \ud83d of a pair, whole 👍' },
      { messageId: 'i'.repeat(500) },
    )

    assert.deepEqual(payload, {
      chat: 'ab',
      message_id: 'x',
      reason: 'half \ufffd of a pair, whole 👍',
    })
    assert.equal(messageId.length, 128)
  })

  it('a log line shows no phone and no value of an error', () => {
    const error = Object.assign(new Error('no session for 79001234567.0'), { data: 'secret' })

    assert.equal(mask('79001234567@s.whatsapp.net'), '…4567@s.whatsapp.net')
    assert.deepEqual(errorForLog(error), { name: 'Error', message: 'no session for …4567.0' })
  })
})
