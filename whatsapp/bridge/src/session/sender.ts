/** Sending: an id chosen by the caller, the server's word awaited, a repeated call answered from memory. */
import { type BinaryNode, jidDecode, jidNormalizedUser, proto, type WASocket } from 'baileys'
import { notConnected, Refusal, refused } from '../errors.js'
import { errorForLog, type Log } from '../log.js'
import type { Account } from '../store/account.js'
import type { EventRow } from '../store/rows.js'
import type { SentMessages } from './memory.js'
import { contentOf, type OutgoingMedia, type Quoted } from './outgoing.js'
import { Postponed } from './postponed.js'
import { statusEvent } from './receipts.js'
import type { Live } from './socket.js'

const ACK_MS = 10_000
const READ_MS = 2_000
/** Baileys' devices cache lives five minutes; a little less keeps its look-up out of the key transaction. */
const DEVICES_FRESH_MS = 4 * 60_000

export interface SendCommand {
  key: string
  to: string
  text?: string
  reaction?: { message_id: string; from_me: boolean; emoji: string }
  media?: OutgoingMedia
  /** What a text or a file answers. */
  quoted?: Quoted
  /** What it answers: gets its blue ticks before. */
  read?: { chat: string; message_ids: string[] }[]
  /** Shows "typing…" for so long before sending. */
  typing_ms?: number
}

export interface SendAnswer {
  status: 'sent' | 'accepted'
  key: string
}

/** Sends over one open socket; made anew with each. */
export class Sender {
  private readonly running = new Map<string, Promise<SendAnswer>>()
  private readonly waiting = new Map<string, () => void>()
  /** Called at the socket's end. Not a callback of its promise each: that would keep them all until then. */
  private readonly atEnd = new Set<() => void>()
  private readonly devicesKnown = new Map<string, number>()
  private readonly postponed: Postponed
  private stopped = false
  private ended = false

  constructor(
    private readonly live: Live,
    private readonly account: Account,
    private readonly sent: SentMessages,
    private readonly log: Log,
  ) {
    this.postponed = new Postponed(account)
  }

  /** Throws Refusal. */
  send(command: SendCommand): Promise<SendAnswer> {
    const known = this.sent.get(command.key)?.outcome
    if (known?.status === 'sent') return Promise.resolve({ status: 'sent', key: command.key })
    const running = this.running.get(command.key)
    if (running) return running
    const answer = this.sendNow(command).finally(() => this.running.delete(command.key))
    this.running.set(command.key, answer)
    return answer
  }

  /** The server's word on a message of ours becomes a row; what was not asked here is none of our business. */
  acknowledged(stanza: BinaryNode, now: number): void {
    const { id, from, error, t } = stanza.attrs
    const entry = id ? this.sent.get(id) : undefined
    if (!id || !entry || entry.outcome?.status === 'sent') return
    entry.outcome = error ? { status: 'refused', error } : { status: 'sent' }
    this.waiting.get(id)?.()
    const status = error ? 'failed' : 'sent'
    const event = statusEvent(jidNormalizedUser(from), id, status, Number(t) || now, error)
    // Who asked has the answer; "delivered" follows and says the same.
    if (error) this.account.defer([event])
    else this.postponed.add(event)
  }

  /** What the customer's phones say of messages of ours becomes rows, before Baileys acknowledges it. */
  received(events: readonly EventRow[]): void {
    this.postponed.overtake(events)
    this.account.defer(events)
  }

  /** Refuses new sends and waits for the running ones. */
  async drain(): Promise<void> {
    this.stopped = true
    await Promise.allSettled(this.running.values())
  }

  /** The socket is over: what waits for a receipt is told now, and nobody waits any longer. */
  close(): void {
    this.ended = true
    this.postponed.tell()
    for (const done of this.atEnd) done()
  }

  private async sendNow(command: SendCommand): Promise<SendAnswer> {
    if (this.stopped || !this.live.isOpen()) throw notConnected()
    try {
      await this.markRead(command)
      await this.findDevices(command.to)
      await this.type(command)
      const message = await contentOf(command, this.live)
      // Before it leaves: a retry request, a copy or the acknowledgement may come at once.
      this.sent.add(command.key, message)
      this.account.remember({
        messageId: command.key,
        content: proto.Message.encode(message).finish(),
      })
      const acked = this.ack(command.key)
      await this.live.sock.relayMessage(command.to, message, { messageId: command.key })
      await acked
    } catch (error) {
      if (error instanceof Refusal) throw error
      if (!this.live.isOpen()) throw notConnected()
      this.log.warn({ event: 'send.failed', ...errorForLog(error) })
      throw new Refusal(
        503,
        'send_failed',
        'The message could not be sent now; the same key may be tried again.',
      )
    }
    const outcome = this.sent.get(command.key)?.outcome
    if (outcome?.status === 'refused') throw refused(outcome.error)
    if (outcome?.status === 'sent') return { status: 'sent', key: command.key }
    // Cut before the server's word came: nobody knows, the caller repeats the same key.
    if (!this.live.isOpen()) throw notConnected()
    return { status: 'accepted', key: command.key }
  }

  /** Resolves with the server's word, the socket's end, or after a while. */
  private async ack(id: string): Promise<void> {
    await this.pause(ACK_MS, (done) => this.waiting.set(id, done))
    this.waiting.delete(id)
  }

  /** Resolves after so long, at the socket's end, or when what `early` was given is called. */
  private pause(ms: number, early: (done: () => void) => void = () => {}): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        this.atEnd.delete(done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      this.atEnd.add(done)
      early(done)
      if (this.ended) done()
    })
  }

  /**
   * Asks for the devices of both sides before Baileys does: its own look-up runs inside the key transaction, where
   * incoming messages wait, and goes on with no device at all when the server is silent.
   */
  private async findDevices(to: string): Promise<void> {
    const user = jidDecode(to)?.user
    const { sock } = this.live
    if ((this.devicesKnown.get(to) ?? 0) > Date.now()) return
    const me = to.endsWith('@lid') ? sock.authState.creds.me?.lid : sock.authState.creds.me?.id
    const devices = await sock.getUSyncDevices([jidNormalizedUser(me), to], true, false)
    const found = devices.filter((device) => device.user === user)
    if (found.length === 0) {
      // The own phone is always found when the server answers.
      if (devices.length === 0 || !this.live.isOpen()) throw notConnected()
      throw refused('not_on_whatsapp')
    }
    const others = devices.map((device) => device.jid).filter((jid) => !isSelf(jid, sock))
    await sock.assertSessions(others)
    this.devicesKnown.set(to, Date.now() + DEVICES_FRESH_MS)
    if (this.devicesKnown.size > 5_000) this.devicesKnown.clear()
  }

  /** A courtesy: a failure or a silent server must not hold the message up. */
  private async markRead({ read }: SendCommand): Promise<void> {
    if (!read) return
    const keys = read.flatMap(({ chat, message_ids: ids }) =>
      ids.map((id) => ({ remoteJid: chat, id, fromMe: false })),
    )
    const marked = this.live.sock.readMessages(keys).catch((error: unknown) => {
      this.log.debug({ event: 'read.failed', ...errorForLog(error) })
    })
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, READ_MS)
    })
    await Promise.race([marked, late])
    clearTimeout(timer)
  }

  private async type({ to, typing_ms: ms }: SendCommand): Promise<void> {
    if (!ms) return
    // Typing is decoration: a failure here must not stop the message.
    await this.live.sock.sendPresenceUpdate('composing', to).catch(() => {})
    await this.pause(ms)
    if (!this.live.isOpen()) throw notConnected()
  }
}

function isSelf(jid: string, sock: WASocket): boolean {
  const { me } = sock.authState.creds
  return jid === me?.id || jid === me?.lid
}
