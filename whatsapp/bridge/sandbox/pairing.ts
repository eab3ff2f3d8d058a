/** Linking a companion: by the QR text it shows, or by the code a person types on the phone. */
import { randomBytes } from 'node:crypto'
import {
  aesDecryptCTR,
  aesDecryptGCM,
  aesEncryptCTR,
  Curve,
  derivePairingCodeKey,
  hkdf,
  type proto,
} from 'baileys'
import { pairSuccess, signCompanion, signedBack } from './adv.js'
import { realSeconds } from './clock.js'
import { type Connection, streamError } from './connection.js'
import { tellDevices } from './devices.js'
import { type BinaryNode, bytesOf, node, S_WHATSAPP_NET, stanzaId, uint } from './nodes.js'
import { base64, type Device, MAX_COMPANIONS, type User, unbase64 } from './registry.js'
import type { World } from './world.js'

/** A pairing that a person asked for and that cannot be done; the status is HTTP's. */
export class PairingError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message)
  }
}

/** What a companion tells about itself before it is linked. */
interface Candidate {
  connection: Connection
  identity: Buffer
  registrationId: number
  signedPreKey: Device['signedPreKey']
  refs: string[]
  busy: boolean
  code?: CodeRequest
}

interface CodeRequest {
  phone: string
  ref: Buffer
  /** salt 32, iv 16, the companion's ephemeral key encrypted with the code. */
  wrapped: Buffer
  finished?: (bundle: Buffer) => void
}

export class Pairing {
  private readonly candidates = new Map<Connection, Candidate>()
  private readonly byRef = new Map<string, Candidate>()
  private readonly byPhone = new Map<string, Candidate>()

  constructor(private readonly world: World) {}

  get waiting(): number {
    return this.candidates.size
  }

  begin(connection: Connection, data: proto.ClientPayload.IDevicePairingRegistrationData): void {
    const { eIdent, eRegid, eSkeyId, eSkeyVal, eSkeySig } = data
    if (!eIdent || !eRegid || !eSkeyId || !eSkeyVal || !eSkeySig) {
      connection.end(node('failure', { reason: 400 }))
      return
    }
    // A ref must not contain a comma: the QR text is a comma list.
    const refs = Array.from(
      { length: this.world.refs },
      () => `2@${randomBytes(48).toString('base64url')}`,
    )
    const candidate: Candidate = {
      connection,
      identity: Buffer.from(eIdent),
      registrationId: uint(eRegid),
      signedPreKey: { id: uint(eSkeyId), pub: base64(eSkeyVal), signature: base64(eSkeySig) },
      refs,
      busy: false,
    }
    this.candidates.set(connection, candidate)
    for (const ref of refs) this.byRef.set(ref, candidate)
    const offered = refs.map((ref) => node('ref', {}, Buffer.from(ref)))
    connection.send(setIq('pair-device', offered))
  }

  closed(connection: Connection): void {
    const candidate = this.candidates.get(connection)
    if (!candidate) return
    this.candidates.delete(connection)
    for (const ref of candidate.refs) this.byRef.delete(ref)
    const phone = candidate.code?.phone
    if (phone !== undefined && this.byPhone.get(phone) === candidate) this.byPhone.delete(phone)
  }

  /** The phone scans a QR. Throws PairingError. */
  async scan(qr: string, phone: string, name?: string): Promise<Device> {
    const [ref = '', noise, identity, secret] = qr.replace(/^[^#]*#/, '').split(',')
    const candidate = this.byRef.get(ref)
    if (!candidate || !noise || !identity || !secret) {
      throw new PairingError(404, 'this QR code is unknown or has expired')
    }
    if (
      identity !== base64(candidate.identity) ||
      noise !== base64(candidate.connection.clientStatic)
    ) {
      throw new PairingError(400, 'this QR code was tampered with')
    }
    return this.link(candidate, phone, name, unbase64(secret))
  }

  /** Iq `md` with a link code: the two steps of the companion. Returns the answer's content, or the refusal's code. */
  onLinkCode(connection: Connection, stanza: BinaryNode): BinaryNode[] | number {
    const candidate = this.candidates.get(connection)
    if (!candidate) return []
    if (stanza.attrs.stage === 'companion_finish') {
      candidate.code?.finished?.(bytesOf(stanza, 'link_code_pairing_wrapped_key_bundle'))
      return []
    }
    const phone = (stanza.attrs.jid ?? '').split('@')[0] ?? ''
    if (!this.world.registry.hasWhatsapp(phone)) return 400
    const refused = this.world.codeRefusals.get(phone)
    if (refused) return refused
    const ref = randomBytes(16)
    const wrapped = bytesOf(stanza, 'link_code_pairing_wrapped_companion_ephemeral_pub')
    candidate.code = { phone, ref, wrapped }
    this.byPhone.set(phone, candidate)
    return [
      node('link_code_companion_reg', { stage: 'companion_hello' }, [
        node('link_code_pairing_ref', {}, ref),
      ]),
    ]
  }

  /** The person types the code on the phone. Throws PairingError. */
  async enterCode(phone: string, typed: string): Promise<Device> {
    const candidate = this.byPhone.get(phone)
    const request = candidate?.code
    if (!candidate || !request) throw new PairingError(404, 'no companion waits for a code')
    const code = typed.replace(/[^0-9A-Za-z]/g, '').toUpperCase()
    const user = this.world.registry.ensure(phone)
    const secret = await this.exchange(candidate, request, code, user)
    return this.link(candidate, phone, undefined, secret)
  }

  /** Both ephemeral keys under the code, then the key bundle: returns the adv secret. */
  private async exchange(
    candidate: Candidate,
    request: CodeRequest,
    code: string,
    user: User,
  ): Promise<Buffer> {
    const { wrapped } = request
    const codeKey = await derivePairingCodeKey(code, wrapped.subarray(0, 32))
    const companion = aesDecryptCTR(wrapped.subarray(48), codeKey, wrapped.subarray(32, 48))
    const ephemeral = Curve.generateKeyPair()
    const salt = randomBytes(32)
    const iv = randomBytes(16)
    const sealed = aesEncryptCTR(ephemeral.public, await derivePairingCodeKey(code, salt), iv)
    const hello = node('link_code_companion_reg', { stage: 'primary_hello' }, [
      node(
        'link_code_pairing_wrapped_primary_ephemeral_pub',
        {},
        Buffer.concat([salt, iv, sealed]),
      ),
      node('primary_identity_pub', {}, unbase64(user.identity.pub)),
      node('link_code_pairing_ref', {}, request.ref),
    ])
    const bundle = await this.finishOf(candidate, request, () =>
      candidate.connection.send(
        node(
          'notification',
          {
            from: S_WHATSAPP_NET,
            type: 'link_code_companion_reg',
            id: stanzaId(),
            t: realSeconds(),
          },
          [hello],
        ),
      ),
    )
    const shared = Curve.sharedKey(ephemeral.private, companion)
    const bundleKey = hkdf(shared, 32, {
      salt: bundle.subarray(0, 32),
      info: 'link_code_pairing_key_bundle_encryption_key',
    })
    let opened: Buffer
    try {
      opened = aesDecryptGCM(
        bundle.subarray(44),
        bundleKey,
        bundle.subarray(32, 44),
        Buffer.alloc(0),
      )
    } catch {
      // A wrong code shows only here: the companion encrypted for a key that nobody has.
      throw new PairingError(400, 'wrong code')
    }
    const companionIdentity = opened.subarray(0, 32)
    if (!companionIdentity.equals(candidate.identity)) throw new PairingError(400, 'wrong code')
    const identities = Curve.sharedKey(unbase64(user.identity.priv), companionIdentity)
    const material = Buffer.concat([shared, identities, opened.subarray(64)])
    return Buffer.from(hkdf(material, 32, { info: 'adv_secret' }))
  }

  private finishOf(candidate: Candidate, request: CodeRequest, start: () => void): Promise<Buffer> {
    if (request.finished) throw new PairingError(409, 'a code is being checked already')
    return new Promise<Buffer>((resolve, reject) => {
      const timer = setTimeout(() => {
        delete request.finished
        reject(new PairingError(504, 'the companion did not answer'))
      }, 10_000)
      request.finished = (bundle) => {
        clearTimeout(timer)
        delete request.finished
        resolve(bundle)
      }
      if (candidate.connection.open) start()
    })
  }

  /** The phone signs the companion; the companion signs back; from then on it may log in. */
  private async link(
    candidate: Candidate,
    phone: string,
    name: string | undefined,
    advSecret: Buffer,
  ): Promise<Device> {
    const { registry } = this.world
    if (registry.companionsOf(phone).length >= MAX_COMPANIONS) {
      throw new PairingError(409, `this phone already has ${MAX_COMPANIONS} companions`)
    }
    if (candidate.busy) throw new PairingError(409, 'this companion is being linked already')
    candidate.busy = true
    try {
      const user = registry.ensure(phone, name, 'phone')
      const id = registry.reserveDevice(user)
      const account = signCompanion(user, id, candidate.identity)
      const told = setIq('pair-success', pairSuccess(user, id, account, advSecret))
      const answer = await candidate.connection.query(told)
      if (!signedBack(answer, candidate.identity, account)) {
        throw new PairingError(502, 'the companion signed wrongly')
      }
      const device: Device = {
        phone,
        id,
        keyIndex: id,
        noise: base64(candidate.connection.clientStatic),
        identity: base64(candidate.identity),
        registrationId: candidate.registrationId,
        signedPreKey: candidate.signedPreKey,
        since: realSeconds(),
        synced: false,
      }
      registry.link(device)
      tellDevices(this.world, user)
      this.closed(candidate.connection)
      candidate.connection.end(streamError.restartRequired())
      this.world.announceDevice(device, 'linked')
      return device
    } catch (error) {
      if (error instanceof PairingError) throw error
      throw new PairingError(504, error instanceof Error ? error.message : 'pairing failed')
    } finally {
      candidate.busy = false
    }
  }
}

function setIq(tag: string, content: BinaryNode[]): BinaryNode {
  const attrs = { from: S_WHATSAPP_NET, type: 'set', id: stanzaId(), xmlns: 'md', t: realSeconds() }
  return node('iq', attrs, [node(tag, {}, content)])
}
