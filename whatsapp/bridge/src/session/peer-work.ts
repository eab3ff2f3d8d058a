/**
 * What the salon's own phone hands its linked devices: history, app state keys, both addresses of its contacts; and
 * what it is asked for: the content of messages that came without.
 *
 * Baileys acknowledges such a message first and works on it afterwards, a download included; a crash in between, or a
 * download that failed once, would lose it for good. Here the message becomes a row with its ratchet step, and Baileys
 * acknowledges an empty one. The row is handed to Baileys while the session is online, as often as it takes, and is
 * deleted when everything that came out of it is stored. Killed at any step, it is done again: all of it may be.
 */
import { inflateSync } from 'node:zlib'
import {
  type BinaryNode,
  type Contact,
  DEFAULT_CONNECTION_CONFIG,
  jidNormalizedUser,
  processHistoryMessage,
  proto,
  type SignalDataSet,
  type WAMessage,
  type WASocket,
} from 'baileys'
import { makeEvent } from '../events.js'
import { errorForLog, type Log } from '../log.js'
import { open } from '../media/cipher.js'
import { download, type MediaHosts } from '../media/transfer.js'
import type { Account } from '../store/account.js'
import { outside } from '../store/context.js'
import type { EventRow } from '../store/rows.js'
import { chatsOf, contentless } from './contentless.js'
import { historyEvents } from './history.js'

/** Type of its rows in bridge.auth. */
export const PEER_WORK = 'peer-work'
const { Type } = proto.Message.ProtocolMessage
const KINDS = new Set<number | null | undefined>([
  Type.HISTORY_SYNC_NOTIFICATION,
  Type.APP_STATE_SYNC_KEY_SHARE,
  Type.LID_MIGRATION_MAPPING_SYNC,
])
/** Seconds before the next attempt; a new socket tries at once, and the count goes on. */
const WAITS = [5, 30, 120, 600, 1800, 3600, 7200]
/** So often the phone is asked for a content; then the salon is told that there is a message it alone shows. */
const ASKS = 4
/** Baileys asks for a content itself and waits for so long. */
const ASKED_MS = 15_000
/** Of Baileys' own part: look-ups and a resync of the app state, each query with its own limit. */
const WORK_MS = 180_000
/** A part of a history; those of phones with years of chats have some megabytes. */
const MAX_BYTES = 100 * 1024 * 1024

interface Work {
  attempts: number
  /** An encoded proto.WebMessageInfo; without content when that is to be asked for. */
  message: Uint8Array
  /** Addresses under which the content may come. */
  chats?: string[]
}

let made = 0

/** What must be stored with the ratchet step of this message; undefined when it needs no work. */
export function peerWorkOf(header: WAMessage, message: proto.IMessage): SignalDataSet | undefined {
  if (!header.key.fromMe || !KINDS.has(message.protocolMessage?.type)) return undefined
  return row(nextId(), { attempts: 0, message: encode(header, message) })
}

/** What must be stored before this stanza is acknowledged: a customer's message without content. */
function askFor(stanza: BinaryNode, me: Contact | undefined): SignalDataSet | undefined {
  const header = contentless(stanza, me)
  if (!header) return undefined
  return row(nextId(), { attempts: 0, message: encode(header), chats: chatsOf(header) })
}

function encode({ key, messageTimestamp, pushName }: WAMessage, message?: proto.IMessage) {
  const { remoteJid, id, fromMe } = key
  return proto.WebMessageInfo.encode({
    key: { remoteJid: jidNormalizedUser(remoteJid ?? ''), id: id ?? null, fromMe: fromMe === true },
    messageTimestamp: Number(messageTimestamp) || 0,
    pushName: pushName ?? null,
    ...(message && { message }),
  }).finish()
}

/** In the order in which they came: the keys before what they open. */
function nextId(): string {
  made += 1
  return `${Date.now()}-${String(made).padStart(9, '0')}`
}

function row(id: string, work: Work | null): SignalDataSet {
  const value = work && { ...work, message: Buffer.from(work.message) }
  return { [PEER_WORK]: { [id]: value } } as unknown as SignalDataSet
}

export interface PeerWorkerDeps {
  account: Account
  sock: WASocket
  media: { hosts: MediaHosts; agent: Parameters<typeof download>[2] }
  isOpen(): boolean
  log: Log
}

/** Works on the rows of one account while its socket lives. */
export class PeerWorker {
  private running = false
  private asked = false
  /** Rows that wait for their next attempt. */
  private readonly resting = new Set<string>()
  private readonly timers = new Set<NodeJS.Timeout>()

  constructor(private readonly deps: PeerWorkerDeps) {}

  /** Something was stored, or the session came online. */
  readonly wake = (): void => {
    this.asked = true
    if (this.running || !this.deps.isOpen()) return
    this.running = true
    void outside(() => this.run()).finally(() => {
      this.running = false
      if (this.asked) this.wake()
    })
  }

  /** Before Baileys acknowledges a stanza. */
  readonly note = (stanza: BinaryNode): void => {
    const { account } = this.deps
    const ask = askFor(stanza, account.creds.me)
    if (!ask) return
    account.defer([], ask)
    this.later(ASKED_MS, this.wake)
  }

  stop(): void {
    for (const timer of this.timers) clearTimeout(timer)
  }

  private async run(): Promise<void> {
    const { account, log } = this.deps
    try {
      while (this.asked && this.deps.isOpen()) {
        this.asked = false
        for (const [id, work] of await account.look((rows) => rows.all<Work>(PEER_WORK))) {
          if (!this.resting.has(id) && this.deps.isOpen()) await this.attempt(id, work)
        }
      }
    } catch (error) {
      // The store is away: the account is dead, and the next socket finds the rows again.
      this.asked = false
      log.debug({ event: 'peer.interrupted', ...errorForLog(error) })
    }
  }

  /** Throws when the store does. */
  private async attempt(id: string, work: Work): Promise<void> {
    const { account, log } = this.deps
    const { attempts, chats } = work
    const info = proto.WebMessageInfo.decode(work.message)
    if (attempts >= (chats ? ASKS : WAITS.length + 1)) {
      log.error({ event: 'peer.given_up', attempts })
      if (chats) await account.append([untold(info)])
      return account.keys.set(row(id, null))
    }
    // Counted before: one that ends the process every time must not do so for ever.
    await account.keys.set(row(id, { ...work, attempts: attempts + 1 }))
    try {
      await (chats ? this.ask(info, chats) : this.work(info))
    } catch (error) {
      if (account.dead) throw account.dead
      if (!this.deps.isOpen()) return
      log.warn({ event: 'peer.failed', attempts, ...errorForLog(error) })
      this.resting.add(id)
      return this.later((WAITS[attempts] ?? 0) * 1000, () => {
        this.resting.delete(id)
        this.wake()
      })
    }
    await account.keys.set(row(id, null))
  }

  /** Asks the phone for a content; fails until that is in the journal. */
  private async ask(info: proto.IWebMessageInfo, chats: readonly string[]): Promise<void> {
    const { account, sock } = this.deps
    const { id } = info.key ?? {}
    if (await account.look((rows) => rows.known(chats, id ?? ''))) return
    await sock.requestPlaceholderResend(info.key ?? {}, info as WAMessage)
    throw new Error('a message has no content yet')
  }

  private async work(info: proto.IWebMessageInfo): Promise<void> {
    const { account, sock } = this.deps
    const notification = info.message?.protocolMessage?.historySyncNotification
    if (notification) {
      const { id, remoteJid } = info.key ?? {}
      await sock.sendReceipt(remoteJid ?? '', undefined, [id ?? ''], 'hist_sync')
      if (DEFAULT_CONNECTION_CONFIG.shouldSyncHistoryMessage(notification)) {
        await this.inline(notification)
        const packed = notification.initialHistBootstrapInlinePayload ?? new Uint8Array()
        const history = proto.HistorySync.decode(inflateSync(packed))
        // Not from Baileys' event: it waits in a buffer, and loses the pairs of addresses there.
        await account.append(historyEvents(processHistoryMessage(history)))
      }
    }
    await limited(sock.upsertMessage(info as WAMessage, 'append'))
  }

  /** Fetches a history that lies at WhatsApp as a file; Baileys then finds it inside the message. */
  private async inline(notification: proto.Message.IHistorySyncNotification): Promise<void> {
    if (notification.initialHistBootstrapInlinePayload?.length) return
    const { hosts, agent } = this.deps.media
    const { directPath, mediaKey, fileSha256, fileEncSha256 } = notification
    const url = directPath && hosts.url(directPath)
    if (!url || !mediaKey?.length) throw new Error('a history without a source')
    const fetched = await download(url, MAX_BYTES, agent)
    if ('failed' in fetched) throw new Error(`the history was not fetched: ${fetched.failed}`)
    const proof = { mediaKey, fileSha256, fileEncSha256 }
    const plain = await open('md-msg-hist', fetched.body, proof)
    if (!plain) throw new Error('the history is damaged')
    notification.initialHistBootstrapInlinePayload = plain
  }

  private later(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer)
      act()
    }, ms).unref()
    this.timers.add(timer)
  }
}

/** Only the phone shows this message. */
function untold({ key }: proto.IWebMessageInfo): EventRow {
  const place = { chat: key?.remoteJid ?? '', messageId: key?.id ?? '' }
  const payload = { chat: place.chat, message_id: place.messageId, reason: 'no content came' }
  return makeEvent('undecryptable', payload, place)
}

async function limited(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no end of it')), WORK_MS)
  })
  try {
    await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
  }
}
