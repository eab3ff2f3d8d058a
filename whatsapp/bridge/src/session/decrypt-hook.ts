/**
 * Around Baileys' decryptMessage: the event row is written with the ratchet step, before Baileys sends the receipt,
 * and a ciphertext that was journaled already is answered from the journal.
 */
import { createHash } from 'node:crypto'
import {
  areJidsSameUser,
  type BinaryNode,
  decodeMessageNode,
  isLidUser,
  jidDecode,
  jidNormalizedUser,
  proto,
  type SignalRepositoryWithLIDStore,
  unpadRandomMax16,
  type WAMessage,
} from 'baileys'
import { address, makeEvent } from '../events.js'
import type { Account } from '../store/account.js'
import type { EventRow } from '../store/rows.js'
import { addressesOf, describeContent, isPerson } from './normalise.js'
import { peerWorkOf } from './peer-work.js'
import { resentEvents, resentIn } from './resent.js'
import { openEdit, sealedEditOf, secretOf } from './sealed-edit.js'

interface Envelope {
  stanza: BinaryNode
  /** Position among the encrypted parts of the stanza. */
  part: number
}

interface Origin {
  stanza: BinaryNode
  header: WAMessage
  /** The row's key: the address of the other person, the id, the part. */
  chat: string
  messageId: string
  part: number
  fromMe: boolean
  /** Own devices talking among themselves: history, app state keys. */
  peer: boolean
}

/**
 * Baileys hands decryptMessage the very buffer that the stanza holds: the only way to learn whose message it is.
 * Depends on that identity (baileys is pinned); an unknown buffer is treated as a broken store, so nothing is lost.
 */
export class Envelopes {
  private readonly known = new WeakMap<Uint8Array, Envelope>()

  readonly note = (stanza: BinaryNode): void => {
    if (!Array.isArray(stanza.content)) return
    let part = 0
    for (const child of stanza.content) {
      if (child.tag === 'enc' && child.content instanceof Uint8Array) {
        this.known.set(child.content, { stanza, part })
        part += 1
      }
    }
  }

  find(ciphertext: Uint8Array): Envelope | undefined {
    return this.known.get(ciphertext)
  }
}

/** An empty message with its padding: what Baileys acknowledges in place of one that was put aside for the worker. */
const EMPTY = Buffer.from([1])

interface Hooks {
  /** Ids that this bridge sent; their copies are no events. */
  isOwnSend(messageId: string): boolean
  /** Something was put aside (`peer-work.ts`). */
  onPeerWork(): void
}

export function journalDecryption(
  repository: SignalRepositoryWithLIDStore,
  account: Account,
  envelopes: Envelopes,
  { isOwnSend, onPeerWork }: Hooks,
): void {
  const decrypt = repository.decryptMessage.bind(repository)

  repository.decryptMessage = async (options) => {
    const envelope = envelopes.find(options.ciphertext)
    if (!envelope) throw account.die(new Error('the stanza of a ciphertext is not known'))
    const origin = originOf(envelope, account)
    const sha256 = createHash('sha256').update(options.ciphertext).digest()
    try {
      const { plaintext, work } = await account.decrypting(async (journal) => {
        const plaintext = await decrypt(options)
        const internal = origin.peer || isOwnSend(origin.messageId)
        const event = await toEvent(origin, plaintext, account, internal)
        journal(event.kind === 'undecryptable' ? event : { ...event, proof: { sha256, plaintext } })
        for (const resent of await resentBy(origin, plaintext, account)) journal(resent)
        const work = workOf(origin, plaintext)
        if (work) await account.keys.set(work)
        return { plaintext, work }
      })
      if (work) onPeerWork()
      return work ? EMPTY : plaintext
    } catch (error) {
      if (account.dead) throw account.dead
      const { chat, messageId } = origin
      const replay = await account.look((rows) => rows.replay(chat, messageId, sha256))
      if (replay) return workOf(origin, replay) ? EMPTY : replay
      await account.append([undecryptable(origin, error)])
      throw error
    }
  }
}

function originOf({ stanza, part }: Envelope, account: Account): Origin {
  const me = account.creds.me
  const header = decodeMessageNode(stanza, me?.id ?? '', me?.lid ?? '').fullMessage
  const { key } = header
  const fromMe = key.fromMe === true
  return {
    stanza,
    header,
    chat: address(jidNormalizedUser(key.remoteJid ?? stanza.attrs.from)),
    messageId: address(key.id ?? ''),
    part,
    fromMe,
    peer: stanza.attrs.category === 'peer',
  }
}

function messageIn(plaintext: Uint8Array): proto.IMessage {
  const decoded = proto.Message.decode(unpadRandomMax16(plaintext))
  return decoded.deviceSentMessage?.message ?? decoded
}

/** What own devices told each other; undefined for everything else, and when it cannot be read. */
function ownWord({ fromMe }: Origin, plaintext: Uint8Array): proto.IMessage | undefined {
  if (!fromMe) return undefined
  try {
    return messageIn(plaintext)
  } catch {
    return undefined
  }
}

function workOf(origin: Origin, plaintext: Uint8Array) {
  const message = ownWord(origin, plaintext)
  return message && peerWorkOf(origin.header, message)
}

/** The messages that the phone sent again inside this one. */
async function resentBy(
  origin: Origin,
  plaintext: Uint8Array,
  account: Account,
): Promise<EventRow[]> {
  const events: EventRow[] = []
  for (const message of resentIn(ownWord(origin, plaintext) ?? {})) {
    const { key } = message
    const known = await mappedAddress(jidNormalizedUser(key.remoteJid ?? ''), account)
    const named = known ? { ...key, remoteJidAlt: known } : key
    events.push(...resentEvents({ ...message, key: named }))
  }
  return events
}

async function toEvent(
  origin: Origin,
  plaintext: Uint8Array,
  account: Account,
  internal: boolean,
): Promise<EventRow> {
  const { chat, messageId, part, fromMe, stanza } = origin
  let message: proto.IMessage
  try {
    message = messageIn(plaintext)
  } catch (error) {
    // Baileys fails on it in the same way, asks for the message again and gets it under the same id.
    return undecryptable(origin, error)
  }
  const alt = await otherAddress(origin, account)
  message = (await openSealed(origin, message, alt, account)) ?? message
  const place = { chat, messageId, part }
  const silent =
    internal || !isPerson(chat) || (fromMe && !stanza.attrs.recipient && message.protocolMessage)
  const event = makeEvent(
    'message',
    {
      ...addressesOf(chat, alt),
      from_me: fromMe,
      message_id: messageId,
      push_name: stanza.attrs.notify ?? null,
      timestamp: Number(stanza.attrs.t) || 0,
      offline: Boolean(stanza.attrs.offline),
      ...describeContent(message),
    },
    place,
  )
  return silent ? { ...event, kind: 'peer', payload: {}, internal: true } : event
}

/** A sealed correction in its open form; undefined for anything else, and when what it corrects is not known here. */
async function openSealed(
  { chat, fromMe }: Origin,
  message: proto.IMessage,
  alt: string | null,
  account: Account,
): Promise<proto.IMessage | undefined> {
  const sealed = sealedEditOf(message)
  if (!sealed) return undefined
  const chats = [chat, ...(alt ? [address(jidNormalizedUser(alt))] : [])]
  const { me } = account.creds
  const [original, sent] = await account.look(async (rows) => [
    await rows.original(chats, sealed.target),
    fromMe ? await rows.sent(sealed.target) : undefined,
  ])
  const plain = original ? unpadRandomMax16(original) : sent
  const secret = plain && secretOf(proto.Message.decode(plain))
  return secret && openEdit(sealed, secret, fromMe ? [me?.lid ?? '', me?.id ?? ''] : chats)
}

/** The other address of the chat's person: from the stanza, else from what was learned before. Asks no network. */
async function otherAddress(
  { stanza, chat, fromMe }: Origin,
  account: Account,
): Promise<string | null> {
  const { attrs } = stanza
  const isLid = isLidUser(chat)
  const named = isLid
    ? [...(fromMe ? [attrs.recipient_pn] : [attrs.sender_pn]), attrs.peer_recipient_pn]
    : [...(fromMe ? [attrs.recipient_lid] : [attrs.sender_lid]), attrs.peer_recipient_lid]
  const alt = named.find((jid) => jid && !areJidsSameUser(jid, account.creds.me?.id))
  return alt ?? mappedAddress(chat, account)
}

async function mappedAddress(chat: string, account: Account): Promise<string | null> {
  const isLid = isLidUser(chat)
  const user = jidDecode(chat)?.user
  if (!user) return null
  const key = isLid ? `${user}_reverse` : user
  const { [key]: mapped } = await account.keys.get('lid-mapping', [key])
  return typeof mapped === 'string' ? `${mapped}@${isLid ? 's.whatsapp.net' : 'lid'}` : null
}

function undecryptable({ chat, messageId, part }: Origin, error: unknown): EventRow {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return makeEvent(
    'undecryptable',
    { chat, message_id: messageId, reason: reason.slice(0, 200) },
    { chat, messageId, part },
  )
}
