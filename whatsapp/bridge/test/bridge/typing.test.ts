/** What a session shows of itself while people write to it; Baileys' socket is a stub that notes what is said. */
import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { beforeEach, describe, it } from 'node:test'
import type { WASocket } from 'baileys'
import { followTyping } from '../../src/session/typing.js'

describe('a session to which people write', () => {
  let said: string[]
  let ws: EventEmitter
  let ev: EventEmitter
  let me: { name?: string }
  beforeEach(() => {
    said = []
    ws = new EventEmitter()
    ev = new EventEmitter()
    me = { name: 'Салон' }
    const sendPresenceUpdate = async (type: string): Promise<void> => void said.push(type)
    const sock = { ws, ev, sendPresenceUpdate, authState: { creds: { me } } }
    followTyping(sock as unknown as WASocket, new Promise(() => {}), () => {})
  })
  const write = (): boolean =>
    ws.emit('CB:message', { attrs: { from: '79001112233@s.whatsapp.net' } })

  it('says once that it is online', () => {
    for (let times = 0; times < 3; times += 1) write()

    assert.deepEqual(said, ['available'])
  })

  it('says it again after Baileys has said otherwise', () => {
    write()
    ev.emit('connection.update', { connection: 'open' })
    write()
    ev.emit('creds.update', { nextPreKeyId: 31 })
    write()

    assert.deepEqual(said, ['available', 'available', 'available'])
  })

  it('says nothing before it has a name', () => {
    delete me.name
    write()
    assert.deepEqual(said, [])

    me.name = 'Салон'
    write()
    assert.deepEqual(said, ['available'])
  })
})
