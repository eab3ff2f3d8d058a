/** Pre-key bundles: uploaded by companions, made on demand for simulated devices (device 0). */
import { Curve } from 'baileys'
import {
  base64,
  type Device,
  deviceKey,
  type KeyText,
  type Registry,
  type User,
} from './registry.js'
import type { Store, Table } from './store.js'

/** Keys are raw 32-byte values. */
export interface Bundle {
  registrationId: number
  identity: Buffer
  signed: { id: number; pub: Buffer; signature: Buffer }
  oneTime?: { id: number; pub: Buffer }
}

type OneTimeKey = [id: number, pub: string]

export class PreKeys {
  /** One row a device, rewritten at an upload only; `used` counts how many of its keys are gone. */
  private readonly uploaded: Table<OneTimeKey[]>
  private readonly used: Table<number>
  private readonly simulated: Table<KeyText>

  constructor(
    store: Store,
    private readonly registry: Registry,
  ) {
    this.uploaded = store.table('prekeys')
    this.used = store.table('prekeys-used')
    this.simulated = store.table('own-prekey')
  }

  count(device: Device): number {
    const key = deviceKey(device)
    return (this.uploaded.get(key)?.length ?? 0) - (this.used.get(key) ?? 0)
  }

  upload(device: Device, keys: OneTimeKey[]): void {
    const key = deviceKey(device)
    const left = (this.uploaded.get(key) ?? []).slice(this.used.get(key) ?? 0)
    const known = new Set(left.map(([id]) => id))
    this.uploaded.set(key, [...left, ...keys.filter(([id]) => !known.has(id))])
    this.used.set(key, 0)
  }

  forget(device: Device): void {
    this.uploaded.delete(deviceKey(device))
    this.used.delete(deviceKey(device))
  }

  /** Spends one one-time key of the companion; without any left the bundle has none, as in WhatsApp. */
  takeCompanion(device: Device): Bundle {
    const key = deviceKey(device)
    const used = this.used.get(key) ?? 0
    const oneTime = this.uploaded.get(key)?.[used]
    if (oneTime) this.used.set(key, used + 1)
    return {
      registrationId: device.registrationId,
      identity: Buffer.from(device.identity, 'base64'),
      signed: {
        id: device.signedPreKey.id,
        pub: Buffer.from(device.signedPreKey.pub, 'base64'),
        signature: Buffer.from(device.signedPreKey.signature, 'base64'),
      },
      ...(oneTime && { oneTime: { id: oneTime[0], pub: Buffer.from(oneTime[1], 'base64') } }),
    }
  }

  /** A bundle of the simulated device 0 of that user. */
  takeSimulated(user: User): Bundle {
    const id = user.nextPreKey
    const pair = Curve.generateKeyPair()
    user.nextPreKey += 1
    this.registry.save(user)
    this.simulated.set(`${user.phone}|${id}`, {
      pub: base64(pair.public),
      priv: base64(pair.private),
    })
    return {
      registrationId: user.registrationId,
      identity: Buffer.from(user.identity.pub, 'base64'),
      signed: {
        id: user.signedPreKey.id,
        pub: Buffer.from(user.signedPreKey.pub, 'base64'),
        signature: Buffer.from(user.signedPreKey.signature, 'base64'),
      },
      oneTime: { id, pub: Buffer.from(pair.public) },
    }
  }

  simulatedKey(user: User, id: number | string): KeyText | undefined {
    return this.simulated.get(`${user.phone}|${id}`)
  }

  spendSimulated(user: User, id: number): void {
    this.simulated.delete(`${user.phone}|${id}`)
  }
}
