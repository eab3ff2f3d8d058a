/** The HTTP door: who may call, what is refused and how, and the bell that rings after events. */
import '../../src/libsignal-preload.js'
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Bridge, startBridge } from '../../src/bridge.js'
import { parseConfig } from '../../src/config.js'
import { SCHEMA_VERSION } from '../../src/db.js'
import * as schemas from '../../src/http/schemas.js'
import { makeLog } from '../../src/log.js'
import { type Scratch, scratchDatabase } from './support/postgres.js'
import { faultsOf } from './support/schemas.js'
import { until } from './support/wait.js'

const TOKEN = 'right-token'
const TO = '79001112233@s.whatsapp.net'

describe('HTTP API', () => {
  let scratch: Scratch
  let bridge: Bridge
  let bell: http.Server
  const rings: { authorization: string | undefined; body: string }[] = []
  const env = (): Record<string, string> => ({
    BRIDGE_DATABASE_URL: scratch.url,
    BRIDGE_ID: 'door',
    BRIDGE_TOKEN: TOKEN,
    BRIDGE_LISTEN: '127.0.0.1:0',
    BRIDGE_RING_URL: `http://127.0.0.1:${(bell.address() as AddressInfo).port}/ring`,
    AUTH_STATE_KEY: randomBytes(32).toString('base64'),
    // Nobody listens there: every connection to WhatsApp is refused.
    WHATSAPP_SOCKET_URL: 'ws://127.0.0.1:9/ws/chat',
  })
  before(async () => {
    scratch = await scratchDatabase()
    bell = http.createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => {
        rings.push({ authorization: request.headers.authorization, body })
        response.writeHead(204).end()
      })
    })
    await new Promise<void>((resolve) => bell.listen(0, '127.0.0.1', resolve))
    bridge = await startBridge(parseConfig(env()), makeLog('silent'))
  })
  after(async () => {
    await bridge.close()
    bell.close()
    await scratch.drop()
  })

  it('tells its health to anyone', async () => {
    const { status, body } = await call('GET', '/healthz', undefined, '')

    assert.equal(status, 200)
    assert.deepEqual(body, { id: 'door', sessions: 0, database: true })
  })

  for (const authorization of ['', 'Bearer wrong', 'Bearer', TOKEN, `bearer ${TOKEN}x`]) {
    it(`refuses "${authorization.replace(TOKEN, '…')}" on every route`, async () => {
      for (const [method, path] of [
        ['GET', '/sessions/1'],
        ['POST', '/sessions/1/start'],
        ['POST', '/sessions/1/messages'],
        ['POST', '/sessions/1/logout'],
      ] as const) {
        const { status, body } = await call(method, path, { mode: 'qr' }, authorization)
        assert.equal(status, 401)
        assert.equal(body.code, 'unauthorized')
      }
      assert.deepEqual(await scratch.query('select * from bridge.leases'), [])
    })
  }

  for (const [path, body] of [
    ['/sessions/1/start', {}],
    ['/sessions/1/start', { mode: 'sms' }],
    ['/sessions/1/start', { mode: 'code' }],
    ['/sessions/1/start', { mode: 'code', phone: '+7 900 111-22-33' }],
    ['/sessions/0/start', { mode: 'qr' }],
    ['/sessions/1e3/start', { mode: 'qr' }],
    ['/sessions/1/messages', { key: 'A', to: TO }],
    ['/sessions/1/messages', { key: 'A', to: TO, text: '' }],
    ['/sessions/1/messages', { key: 'A', to: '123@g.us', text: 'x' }],
    ['/sessions/1/messages', { key: 'A b', to: TO, text: 'x' }],
    ['/sessions/1/messages', { key: 'A', to: TO, text: 'x', more: 1 }],
    ['/sessions/1/messages', { key: 'A', to: TO, text: 'x', read: [] }],
    [
      '/sessions/1/messages',
      { key: 'A', to: TO, text: 'x', read: [{ chat: TO, message_ids: [] }] },
    ],
    ['/sessions/1/proxy', { url: 'ftp://proxy' }],
    ['/sessions/1/proxy', {}],
  ] as const) {
    it(`refuses ${path} ${JSON.stringify(body)}`, async () => {
      const answer = await call('POST', path, body)

      assert.equal(answer.status, 400)
      assert.equal(answer.body.code, 'invalid')
      assert.deepEqual(await faultsOf(schemas.error, answer.body), [])
    })
  }

  it('knows its routes', async () => {
    const { status, body } = await call('GET', '/elsewhere')

    assert.equal(status, 404)
    assert.equal(body.code, 'not_found')
  })

  it('says that a session at rest is idle, and sends nothing through it', async () => {
    assert.deepEqual((await call('GET', '/sessions/7')).body, {
      session_id: 7,
      state: 'idle',
      phone: null,
      owner: null,
    })
    const answer = await call('POST', '/sessions/7/messages', { key: 'A', to: TO, text: 'x' })
    assert.equal(answer.status, 409)
    assert.equal(answer.body.code, 'not_connected')
    const resumed = await call('POST', '/sessions/7/start', { mode: 'resume' })
    assert.equal(resumed.status, 409)
    assert.equal(resumed.body.code, 'not_paired')
  })

  it('names the bridge that drives a session, for every command', async () => {
    await scratch.query(
      "insert into bridge.nodes (id, url) values ('other', 'http://10.0.0.2:3001')",
    )
    await scratch.query(
      "insert into bridge.leases (session_id, owner, epoch, expires_at) values (8, 'other', 5, now() + interval '1 hour')",
    )
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['POST', '/start', { mode: 'qr' }],
      ['POST', '/stop', undefined],
      ['POST', '/logout', undefined],
      ['POST', '/messages', { key: 'A', to: TO, text: 'x' }],
    ] as const) {
      const answer = await call(method, `/sessions/8${path}`, body)
      assert.equal(answer.status, 409, path)
      assert.equal(answer.body.code, 'other_owner')
      assert.deepEqual(answer.body.owner, { id: 'other', url: 'http://10.0.0.2:3001' })
    }
    const [row] = await scratch.query<{ epoch: string }>(
      'select epoch from bridge.leases where session_id = 8',
    )
    assert.equal(row?.epoch, '5')
  })

  it('ends a pairing that cannot reach WhatsApp, gives the lease back, and rings', async () => {
    const { status } = await call('POST', '/sessions/9/start', { mode: 'qr' })
    const ended = await until('qr_ended', async () => {
      const [row] = await scratch.query(
        "select 1 from bridge.events where session_id = 9 and kind = 'qr_ended'",
      )
      return row
    })
    await until('lease', async () => {
      const [row] = await scratch.query(
        'select 1 from bridge.leases where session_id = 9 and owner is null and not wanted',
      )
      return row
    })
    await until('bell', () => rings.length > 0)

    assert.equal(status, 202)
    assert.ok(ended)
    assert.deepEqual(rings[0], { authorization: `Bearer ${TOKEN}`, body: '' })
  })

  it('does not start without a secret, nor on another schema, and says what to do', async () => {
    const { AUTH_STATE_KEY: _, ...without } = env()
    const main = fileURLToPath(new URL('../../src/main.js', import.meta.url))

    const { status, stderr, stdout } = spawnSync(process.execPath, [main], {
      env: without,
      encoding: 'utf8',
    })

    assert.equal(status, 1)
    assert.equal(stdout, '')
    assert.match(stderr, /^AUTH_STATE_KEY is not set: [^\n]+\.\n$/)
    await scratch.query('update bridge.meta set version = 99')
    await assert.rejects(
      startBridge(parseConfig({ ...env(), BRIDGE_ID: 'late' }), makeLog('silent')),
      new RegExp(`has version 99, this bridge needs ${SCHEMA_VERSION}`),
    )
    await scratch.query('update bridge.meta set version = $1', [SCHEMA_VERSION])
  })

  const call = async (
    method: 'GET' | 'POST',
    path: string,
    body?: object,
    authorization = `Bearer ${TOKEN}`,
  ): Promise<{ status: number; body: Record<string, unknown> }> => {
    const response = await fetch(`${bridge.url}${path}`, {
      method,
      headers: {
        ...(authorization ? { authorization } : {}),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body && method === 'POST' ? { body: JSON.stringify(body) } : {}),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
})
