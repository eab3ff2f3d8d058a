/** Who exists: users (a salon's handset or a customer), their addresses, and companions linked to them. */
import { randomBytes, randomInt } from 'node:crypto'
import { Curve, generateRegistrationId, jidDecode, signedKeyPair } from 'baileys'
import type { Store, Table } from './store.js'

/** Companions a phone may have, as in WhatsApp. */
export const MAX_COMPANIONS = 4

export interface KeyText {
  pub: string
  priv: string
}

/** Keys are base64 without the type byte; the phone is digits. */
export interface User {
  phone: string
  lid: string
  name: string
  /** A phone has been a salon's handset at least once. */
  kind: 'phone' | 'customer'
  identity: KeyText
  registrationId: number
  signedPreKey: KeyText & { id: number; signature: string }
  nextPreKey: number
  nextDevice: number
  rawId: number
}

export interface Device {
  phone: string
  id: number
  keyIndex: number
  noise: string
  identity: string
  registrationId: number
  signedPreKey: { id: number; pub: string; signature: string }
  /** Unix seconds, real time, of the pairing. */
  since: number
  /** The handset has sent its keys and first history. */
  synced: boolean
}

export interface Address {
  user: User
  device: number
  lid: boolean
}

export type Mode = 'lid' | 'pn'

export const deviceKey = (device: { phone: string; id: number }): string =>
  `${device.phone}:${device.id}`

export const unbase64 = (text: string): Buffer => Buffer.from(text, 'base64')
export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

export class Registry {
  private readonly users: Table<User>
  private readonly devices: Table<Device>
  private readonly absent: Table<true>
  private readonly byLid = new Map<string, string>()
  private readonly companions = new Map<string, Device[]>()

  constructor(store: Store) {
    this.users = store.table('user')
    this.devices = store.table('device')
    this.absent = store.table('absent')
    for (const user of this.users.rows.values()) this.byLid.set(user.lid, user.phone)
    for (const device of this.devices.rows.values()) this.companionsOf(device.phone).push(device)
  }

  all(): IterableIterator<User> {
    return this.users.rows.values()
  }

  user(phone: string): User | undefined {
    return this.users.get(phone)
  }

  /** The user of that number, made on first use. */
  ensure(phone: string, name?: string, kind: User['kind'] = 'customer'): User {
    const known = this.users.get(phone)
    if (known) {
      if ((name && known.name !== name) || (kind === 'phone' && known.kind !== 'phone')) {
        if (name) known.name = name
        if (kind === 'phone') known.kind = kind
        this.users.set(phone, known)
      }
      return known
    }
    const identity = Curve.generateKeyPair()
    const signed = signedKeyPair(identity, 1)
    const user: User = {
      phone,
      lid: this.freeLid(),
      name: name ?? '',
      kind,
      identity: { pub: base64(identity.public), priv: base64(identity.private) },
      registrationId: generateRegistrationId(),
      signedPreKey: {
        id: 1,
        pub: base64(signed.keyPair.public),
        priv: base64(signed.keyPair.private),
        signature: base64(signed.signature),
      },
      nextPreKey: 1,
      nextDevice: 1,
      rawId: randomBytes(4).readUInt32BE(0) >>> 1,
    }
    this.users.set(phone, user)
    this.byLid.set(user.lid, phone)
    this.absent.delete(phone)
    return user
  }

  save(user: User): void {
    this.users.save(user.phone)
  }

  /** Numbers that have no WhatsApp. */
  setAbsent(phone: string, absent: boolean): void {
    if (absent) this.absent.set(phone, true)
    else this.absent.delete(phone)
  }

  hasWhatsapp(phone: string): boolean {
    return !this.absent.get(phone)
  }

  /** Any phone-number address exists (made on first use) unless declared absent; a LID must be known. */
  resolve(jid: string | undefined): Address | undefined {
    const parts = jidDecode(jid)
    if (!parts) return undefined
    const device = parts.device ?? 0
    if (parts.server === 'lid') {
      const phone = this.byLid.get(parts.user)
      const user = phone === undefined ? undefined : this.users.get(phone)
      return user && { user, device, lid: true }
    }
    if (!/^\d{5,15}$/.test(parts.user) || !this.hasWhatsapp(parts.user)) return undefined
    return { user: this.ensure(parts.user), device, lid: false }
  }

  device(phone: string, id: number): Device | undefined {
    return this.devices.get(`${phone}:${id}`)
  }

  companionsOf(phone: string): Device[] {
    let list = this.companions.get(phone)
    if (!list) {
      list = []
      this.companions.set(phone, list)
    }
    return list
  }

  /** Takes the next device number; the caller links the device once the companion has signed. */
  reserveDevice(user: User): number {
    const id = user.nextDevice
    user.nextDevice += 1
    this.save(user)
    return id
  }

  link(device: Device): void {
    this.devices.set(deviceKey(device), device)
    this.companionsOf(device.phone).push(device)
  }

  saveDevice(device: Device): void {
    this.devices.save(deviceKey(device))
  }

  unlink(device: Device): void {
    this.devices.delete(deviceKey(device))
    const left = this.companionsOf(device.phone).filter((other) => other.id !== device.id)
    this.companions.set(device.phone, left)
  }

  private freeLid(): string {
    for (;;) {
      const lid = String(randomInt(1e14, 2.8e14))
      if (!this.byLid.has(lid)) return lid
    }
  }
}

/** Address text of a user (or of one of their devices) in either form. */
export function jidOf(user: User, mode: Mode, device = 0): string {
  const suffix = device ? `:${device}` : ''
  return mode === 'lid' ? `${user.lid}${suffix}@lid` : `${user.phone}${suffix}@s.whatsapp.net`
}
