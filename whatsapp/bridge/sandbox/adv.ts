/** The signed device identity (ADV): how a phone and its companion vouch for each other. */
import { createHmac } from 'node:crypto'
import {
  Curve,
  type KeyPair,
  proto,
  WA_ADV_ACCOUNT_SIG_PREFIX,
  WA_ADV_DEVICE_SIG_PREFIX,
} from 'baileys'
import { verifySignature } from 'libsignal/src/curve.js'
import { realSeconds } from './clock.js'
import { type BinaryNode, bytesOf, child, node } from './nodes.js'
import { jidOf, type User, unbase64 } from './registry.js'

export interface SignedAccount {
  details: Uint8Array
  accountSignatureKey: Uint8Array
  accountSignature: Uint8Array
}

/** The phone's word for a companion; the key index is the device number. */
export function signCompanion(
  user: User,
  id: number,
  companionIdentity: Uint8Array,
): SignedAccount {
  const details = proto.ADVDeviceIdentity.encode({
    rawId: user.rawId,
    timestamp: realSeconds(),
    keyIndex: id,
    accountType: proto.ADVEncryptionType.E2EE,
    deviceType: proto.ADVEncryptionType.E2EE,
  }).finish()
  const phoneKey: KeyPair = {
    public: unbase64(user.identity.pub),
    private: unbase64(user.identity.priv),
  }
  const message = Buffer.concat([WA_ADV_ACCOUNT_SIG_PREFIX, details, companionIdentity])
  return {
    details,
    accountSignatureKey: phoneKey.public,
    accountSignature: Curve.sign(phoneKey.private, message),
  }
}

/** What the companion signs in return. */
export function deviceMessage(account: SignedAccount, companionIdentity: Uint8Array): Buffer {
  const { details, accountSignatureKey } = account
  return Buffer.concat([WA_ADV_DEVICE_SIG_PREFIX, details, companionIdentity, accountSignatureKey])
}

/** What the companion is told; the HMAC proves that the phone has seen its QR or its code. */
export function pairSuccess(
  user: User,
  id: number,
  account: SignedAccount,
  secret: Buffer,
): BinaryNode[] {
  const signed = proto.ADVSignedDeviceIdentity.encode(account).finish()
  const identity = proto.ADVSignedDeviceIdentityHMAC.encode({
    details: signed,
    hmac: createHmac('sha256', secret).update(signed).digest(),
  }).finish()
  return [
    node('device-identity', {}, identity),
    ...(user.name ? [node('biz', { name: user.name })] : []),
    node('device', { jid: jidOf(user, 'pn', id), lid: jidOf(user, 'lid', id) }),
    node('platform', { name: 'android' }),
  ]
}

/** Whether the companion's answer to pair-success carries its valid signature. */
export function signedBack(answer: BinaryNode, identity: Buffer, account: SignedAccount): boolean {
  const sign = child(answer, 'pair-device-sign')
  const { deviceSignature } = proto.ADVSignedDeviceIdentity.decode(bytesOf(sign, 'device-identity'))
  const key = Buffer.concat([Buffer.from([5]), identity])
  // libsignal answers with a boolean here, and throws only on malformed input.
  return (
    !!deviceSignature && verifySignature(key, deviceMessage(account, identity), deviceSignature)
  )
}
