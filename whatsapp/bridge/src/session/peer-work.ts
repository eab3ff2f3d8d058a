/**
 * What the salon's own phone hands its linked devices: history, app state keys, both addresses of its contacts.
 *
 * Baileys acknowledges such a message first and works on it afterwards, a download included; a crash in between, or a
 * download that failed once, would lose it for good. Here the message becomes a row with its ratchet step, and Baileys
 * acknowledges an empty one. The row is handed to Baileys while the session is online, as often as it takes, and is
 * deleted when everything that came out of it is stored. Killed at any step, it is done again: all of it may be.
 */
import { inflateSync } from 'node:zlib'
import {
  DEFAULT_CONNECTION_CONFIG,
  jidNormalizedUser,
  processHistoryMessage,
  proto,
  type SignalDataSet,
  type WAMessage,
  type WASocket,
} from 'baileys'
import { errorForLog, type Log } from '../log.js'
import { open } from '../media/cipher.js'
import { download, type MediaHosts } from '../media/transfer.js'
import type { Account } from '../store/account.js'
import { outside } from '../store/context.js'
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
/** Of Baileys' own part: look-ups and a resync of the app state, each query with its own limit. */
const WORK_MS = 180_000
/** A part of a history; those of phones with years of chats have some megabytes. */
const MAX_BYTES = 100 * 1024 * 1024

interface Work {
  attempts: number
  /** An encoded proto.WebMessageInfo. */
  message: Uint8Array
}

let made = 0

/** What must be stored with the ratchet step of this message; undefined when it needs no work. */
export function peerWorkOf(header: WAMessage, message: proto.IMessage): SignalDataSet | undefined {
  const { key, messageTimestamp, pushName } = header
  if (!key.fromMe || !KINDS.has(message.protocolMessage?.type)) return undefined
  const { id, fromMe } = key
  const info = proto.WebMessageInfo.encode({
    key: { remoteJid: jidNormalizedUser(key.remoteJid ?? ''), id: id ?? null, fromMe },
    message,
    messageTimestamp: Number(messageTimestamp) || 0,
    pushName: pushName ?? null,
  }).finish()
  made += 1
  // In the order in which they came: the keys before what they open.
  return row(`${Date.now()}-${String(made).padStart(9, '0')}`, { attempts: 0, message: info })
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
  private async attempt(id: string, { attempts, message }: Work): Promise<void> {
    const { account, log } = this.deps
    if (attempts > WAITS.length) {
      log.error({ event: 'peer.given_up', attempts })
      return account.keys.set(row(id, null))
    }
    // Counted before: one that ends the process every time must not do so for ever.
    await account.keys.set(row(id, { attempts: attempts + 1, message }))
    try {
      await this.work(proto.WebMessageInfo.decode(message))
    } catch (error) {
      if (account.dead) throw account.dead
      if (!this.deps.isOpen()) return
      log.warn({ event: 'peer.failed', attempts, ...errorForLog(error) })
      return this.rest(id, WAITS[attempts] ?? 0)
    }
    await account.keys.set(row(id, null))
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

  private rest(id: string, seconds: number): void {
    this.resting.add(id)
    const timer = setTimeout(() => {
      this.timers.delete(timer)
      this.resting.delete(id)
      this.wake()
    }, seconds * 1000).unref()
    this.timers.add(timer)
  }
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
