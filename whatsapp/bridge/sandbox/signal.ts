/**
 * The simulated side of Signal: device 0 of every user, talking to real companions.
 * Session names are `owner_companionPhone_companionDevice`: libsignal queues work per name in the whole process.
 */

import { generateSignalPubKey } from 'baileys'
import {
  ProtocolAddress,
  SessionBuilder,
  SessionCipher,
  SessionRecord,
  type SignalStorage,
} from 'libsignal'
import type { Bundle, PreKeys } from './prekeys.js'
import { type Device, deviceKey, type User, unbase64 } from './registry.js'
import type { Store, Table } from './store.js'

/** What libsignal calls serialized: a JSON object, whatever its types say. Sessions by base key. */
interface StoredSession {
  version: string
  _sessions: Record<string, StoredState>
}

interface StoredState {
  indexInfo: { used: number; closed: number }
}

export interface Sealed {
  type: 'msg' | 'pkmsg'
  body: Buffer
  /** Notes the ratchet step for the journal; call it together with what rests on the step. */
  persist: () => void
}

export interface Opened {
  plain: Buffer
  persist: () => void
}

/** libsignal prints whole sessions, private keys included, with these three. */
export function silenceLibsignal(): void {
  console.info = () => {}
  console.warn = () => {}
  console.error = () => {}
}

const withType = (raw: string): Buffer => Buffer.from(generateSignalPubKey(unbase64(raw)))

export class Signal {
  private readonly sessions: Table<StoredSession>

  constructor(
    store: Store,
    private readonly prekeys: PreKeys,
  ) {
    this.sessions = store.table('session')
  }

  /** `fresh`: in a new session; the old one stays readable, messages in it may be under way. */
  async encrypt(owner: User, device: Device, plain: Uint8Array, fresh = false): Promise<Sealed> {
    const { storage, address, persist } = this.party(owner, device.phone, device.id)
    const record = await storage.loadSession(address.toString())
    if (fresh || !record?.haveOpenSession()) {
      await new SessionBuilder(storage, address).initOutgoing(
        e2eSession(this.prekeys.takeCompanion(device)),
      )
    }
    const sealed = await new SessionCipher(storage, address).encrypt(plain)
    const body = Buffer.from(sealed.body as unknown as Uint8Array)
    return { type: sealed.type === 3 ? 'pkmsg' : 'msg', body, persist }
  }

  /** Throws when this session cannot read the message; nothing is changed then. */
  async decrypt(
    owner: User,
    from: { phone: string; id: number },
    type: string,
    body: Uint8Array,
  ): Promise<Opened> {
    const bytes = Buffer.from(body)
    const { storage, address, persist } = this.party(owner, from.phone, from.id)
    if (type === 'pkmsg') {
      const plain = await new SessionCipher(storage, address).decryptPreKeyWhisperMessage(bytes)
      return { plain, persist }
    }
    let failure: unknown = new Error('No session record')
    for (const only of this.states(`${owner.phone}|${deviceKey(from)}`)) {
      const party = this.party(owner, from.phone, from.id, only)
      try {
        const plain = await new SessionCipher(party.storage, address).decryptWhisperMessage(bytes)
        return { plain, persist: party.persist }
      } catch (error) {
        failure = error
      }
    }
    throw failure
  }

  /** Base keys of all sessions, the one used last first. */
  private states(key: string): string[] {
    return Object.entries(this.sessions.get(key)?._sessions ?? {})
      .sort(([, a], [, b]) => b.indexInfo.used - a.indexInfo.used)
      .map(([baseKey]) => baseKey)
  }

  /** Forgets one session, as a reinstalled phone would. */
  forget(owner: User, device: { phone: string; id: number }): void {
    this.sessions.delete(`${owner.phone}|${deviceKey(device)}`)
  }

  forgetDevice(device: Device): void {
    const tail = `|${deviceKey(device)}`
    for (const key of [...this.sessions.rows.keys()]) {
      if (key.endsWith(tail)) this.sessions.delete(key)
    }
  }

  /**
   * Storage for one operation. `only`: libsignal sees that one session, because a session it tries in vain
   * comes out damaged; when it fits it becomes the current one, as on real phones.
   */
  private party(owner: User, phone: string, id: number, only?: string) {
    const key = `${owner.phone}|${phone}:${id}`
    const spent: number[] = []
    let stepped = false
    const storage: SignalStorage = {
      loadSession: async () => {
        const stored = this.sessions.get(key)
        if (!stored) return undefined
        const one = only === undefined ? undefined : stored._sessions[only]
        const seen = one && only ? { ...stored, _sessions: { [only]: one } } : stored
        return SessionRecord.deserialize(seen as unknown as Uint8Array)
      },
      storeSession: async (_, record) => {
        stepped = true
        const next = record.serialize() as unknown as StoredSession
        const before = this.sessions.get(key)
        this.sessions.stage(key, only && before ? promote(before, next, only) : next)
      },
      isTrustedIdentity: () => true,
      loadPreKey: async (preKey) => {
        const pair = preKey ? this.prekeys.simulatedKey(owner, preKey) : undefined
        return pair && { pubKey: withType(pair.pub), privKey: unbase64(pair.priv) }
      },
      removePreKey: (preKey) => {
        spent.push(preKey)
      },
      loadSignedPreKey: () => ({
        pubKey: withType(owner.signedPreKey.pub),
        privKey: unbase64(owner.signedPreKey.priv),
      }),
      getOurRegistrationId: () => owner.registrationId,
      getOurIdentity: () => ({
        pubKey: withType(owner.identity.pub),
        privKey: unbase64(owner.identity.priv),
      }),
    }
    const persist = (): void => {
      if (stepped) this.sessions.save(key)
      for (const preKey of spent) this.prekeys.spendSimulated(owner, preKey)
    }
    const address = new ProtocolAddress(`${owner.phone}_${phone}_${id}`, 0)
    return { storage, address, persist }
  }
}

function promote(before: StoredSession, stepped: StoredSession, current: string): StoredSession {
  const sessions = { ...before._sessions, ...stepped._sessions }
  for (const [baseKey, state] of Object.entries(sessions)) {
    const open = state.indexInfo.closed === -1
    if (open === (baseKey === current)) continue
    const closed = open ? Date.now() : -1
    sessions[baseKey] = { ...state, indexInfo: { ...state.indexInfo, closed } }
  }
  return { ...before, _sessions: sessions }
}

function e2eSession(bundle: Bundle) {
  return {
    registrationId: bundle.registrationId,
    identityKey: generateSignalPubKey(bundle.identity),
    signedPreKey: {
      keyId: bundle.signed.id,
      publicKey: generateSignalPubKey(bundle.signed.pub),
      signature: bundle.signed.signature,
    },
    // libsignal accepts a bundle without a one-time key; its types do not say so.
    preKey: (bundle.oneTime && {
      keyId: bundle.oneTime.id,
      publicKey: generateSignalPubKey(bundle.oneTime.pub),
    }) as { keyId: number; publicKey: Uint8Array },
  }
}
