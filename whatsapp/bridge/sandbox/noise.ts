/** Server side of Noise_XX_25519_AESGCM_SHA256 as WhatsApp uses it, with a certificate chain of our own. */
import { createHash } from 'node:crypto'
import {
  aesDecryptGCM,
  aesEncryptGCM,
  Curve,
  hkdf,
  type KeyPair,
  NOISE_MODE,
  NOISE_WA_HEADER,
  proto,
} from 'baileys'

const NOTHING = Buffer.alloc(0)

export interface ServerKeys {
  root: KeyPair
  static: KeyPair
  chain: Uint8Array
}

/** A root of our own: rc14 does not really verify the chain (whatsapp.md 1.2). */
export function makeServerKeys(): ServerKeys {
  const root = Curve.generateKeyPair()
  const intermediate = Curve.generateKeyPair()
  const leaf = Curve.generateKeyPair()
  const certificate = (key: Uint8Array, serial: number, issuerSerial: number, signer: KeyPair) => {
    const details = proto.CertChain.NoiseCertificate.Details.encode({
      serial,
      issuerSerial,
      key,
      notBefore: 0,
      notAfter: 4_000_000_000,
    }).finish()
    return { details, signature: Curve.sign(signer.private, details) }
  }
  const chain = proto.CertChain.encode({
    intermediate: certificate(intermediate.public, 1, 0, root),
    leaf: certificate(leaf.public, 2, 1, intermediate),
  }).finish()
  return { root, static: leaf, chain }
}

/** 12 bytes: 8 zero bytes, then a 32-bit big-endian counter. */
function iv(counter: number): Buffer {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt32BE(counter, 8)
  return bytes
}

export class NoiseServer {
  private hash = Buffer.from(NOISE_MODE)
  private salt: Uint8Array = this.hash
  private key: Uint8Array = this.hash
  private counter = 0
  private readonly ephemeral = Curve.generateKeyPair()
  private receiveKey: Uint8Array = NOTHING
  private sendKey: Uint8Array = NOTHING
  private received = 0
  private sent = 0

  constructor(private readonly keys: ServerKeys) {
    this.mixHash(NOISE_WA_HEADER)
  }

  /** Reads clientHello, returns the bytes of serverHello. */
  hello(frame: Uint8Array): Uint8Array {
    const clientEphemeral = proto.HandshakeMessage.decode(frame).clientHello?.ephemeral
    if (!clientEphemeral) throw new Error('handshake without clientHello')
    this.mixHash(clientEphemeral)
    this.mixHash(this.ephemeral.public)
    this.mixKey(Curve.sharedKey(this.ephemeral.private, clientEphemeral))
    const encryptedStatic = this.handshakeEncrypt(this.keys.static.public)
    this.mixKey(Curve.sharedKey(this.keys.static.private, clientEphemeral))
    const payload = this.handshakeEncrypt(this.keys.chain)
    return proto.HandshakeMessage.encode({
      serverHello: { ephemeral: this.ephemeral.public, static: encryptedStatic, payload },
    }).finish()
  }

  /** Reads clientFinish; from here on `encrypt` and `decrypt` work. */
  finish(frame: Uint8Array): { clientStatic: Buffer; payload: proto.ClientPayload } {
    const finish = proto.HandshakeMessage.decode(frame).clientFinish
    if (!finish?.static || !finish.payload) throw new Error('handshake without clientFinish')
    const clientStatic = this.handshakeDecrypt(finish.static)
    this.mixKey(Curve.sharedKey(this.ephemeral.private, clientStatic))
    const payload = proto.ClientPayload.decode(this.handshakeDecrypt(finish.payload))
    const [fromClient, toClient] = this.expand(NOTHING)
    this.receiveKey = fromClient
    this.sendKey = toClient
    return { clientStatic, payload }
  }

  encrypt(plain: Uint8Array): Buffer {
    return aesEncryptGCM(plain, this.sendKey, iv(this.sent++), NOTHING)
  }

  decrypt(sealed: Uint8Array): Buffer {
    return aesDecryptGCM(sealed, this.receiveKey, iv(this.received++), NOTHING)
  }

  private handshakeEncrypt(plain: Uint8Array): Buffer {
    const sealed = aesEncryptGCM(plain, this.key, iv(this.counter++), this.hash)
    this.mixHash(sealed)
    return sealed
  }

  private handshakeDecrypt(sealed: Uint8Array): Buffer {
    const plain = aesDecryptGCM(sealed, this.key, iv(this.counter++), this.hash)
    this.mixHash(sealed)
    return plain
  }

  private mixHash(data: Uint8Array): void {
    this.hash = createHash('sha256').update(this.hash).update(data).digest()
  }

  private expand(secret: Uint8Array): [Uint8Array, Uint8Array] {
    const both = hkdf(secret, 64, { salt: this.salt, info: '' })
    return [both.subarray(0, 32), both.subarray(32)]
  }

  private mixKey(secret: Uint8Array): void {
    const [salt, key] = this.expand(secret)
    this.salt = salt
    this.key = key
    this.counter = 0
  }
}
