/** A send that waits when its socket ends: answered then, and nothing of it is kept. */
import '../../src/libsignal-preload.js'
import assert from 'node:assert/strict'
import { after, before, describe, it, mock } from 'node:test'
import { pino } from 'pino'
import { SentMessages } from '../../src/session/memory.js'
import { Sender } from '../../src/session/sender.js'
import type { Live } from '../../src/session/socket.js'
import { Accounts, CHAT } from './support/accounts.js'
import { DEADLINE_MS } from './support/wait.js'

describe('a send', () => {
  let accounts: Accounts
  before(async () => {
    accounts = await Accounts.create()
    // Else a wait that nobody ends would end by itself.
    mock.timers.enable({ apis: ['setTimeout'] })
  })
  after(async () => {
    mock.timers.reset()
    await accounts.end()
  })

  for (const [wait, more] of [
    ["the server's word", {}],
    ['the end of "typing…"', { typing_ms: 5_000 }],
  ] as const) {
    it(`that waits for ${wait} is refused when the socket ends`, {
      timeout: DEADLINE_MS,
    }, async () => {
      const account = await accounts.open(1)
      const line = new SilentLine()
      const sender = new Sender(
        line as unknown as Live,
        account,
        new SentMessages(),
        pino({ level: 'silent' }),
      )
      const sending = sender.send({ key: 'A', to: CHAT, text: 'Здравствуйте', ...more })
      await line.reached(more)

      line.open = false
      sender.close()

      await assert.rejects(sending, { code: 'not_connected' })
      // Each callback of it would stay until the socket's end, and a line may stand for weeks.
      assert.equal(line.callbacks, 0)
    })
  }
})

/** Baileys on a line where all is taken and nothing answered. */
class SilentLine {
  open = true
  callbacks = 0
  private reach: (name: string) => void = () => {}
  private readonly called = new Set<string>()

  readonly sock = {
    authState: { creds: { me: { id: '79000000000@s.whatsapp.net', lid: '1@lid' } } },
    getUSyncDevices: async () => [{ user: CHAT.split('@')[0], jid: CHAT }],
    assertSessions: async () => true,
    sendPresenceUpdate: async () => this.note('typing'),
    relayMessage: async () => this.note('sent'),
  }

  isOpen(): boolean {
    return this.open
  }

  get ended(): Promise<never> {
    this.callbacks += 1
    return new Promise(() => {})
  }

  /** Resolves when the send is where it waits. */
  async reached({ typing_ms }: { typing_ms?: number }): Promise<void> {
    const name = typing_ms ? 'typing' : 'sent'
    if (!this.called.has(name)) {
      await new Promise<void>((resolve) => {
        this.reach = (reached) => reached === name && resolve()
      })
    }
    await new Promise((resolve) => setImmediate(resolve))
  }

  private note(name: string): void {
    this.called.add(name)
    this.reach(name)
  }
}
