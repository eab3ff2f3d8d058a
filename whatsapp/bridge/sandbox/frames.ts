/** Framing of the byte stream: the client's opening bytes, then frames with a 3-byte length. */

const INTRO = Buffer.from([0x57, 0x41, 0x06, 0x03])

/** Collects WebSocket messages (several frames, or half a frame each) and hands out whole frames. */
export class FrameReader {
  private buffer: Buffer = Buffer.alloc(0)
  private introSeen = false

  /** Throws when the stream does not begin as WhatsApp's. */
  push(data: Buffer): Buffer[] {
    this.buffer = this.buffer.length ? Buffer.concat([this.buffer, data]) : data
    if (!this.introSeen && !this.readIntro()) return []
    const frames: Buffer[] = []
    while (this.buffer.length >= 3) {
      const size = this.buffer.readUIntBE(0, 3)
      if (this.buffer.length < size + 3) break
      frames.push(this.buffer.subarray(3, size + 3))
      this.buffer = this.buffer.subarray(size + 3)
    }
    return frames
  }

  private readIntro(): boolean {
    let start = 0
    if (this.buffer[0] === 0x45 && this.buffer[1] === 0x44) {
      if (this.buffer.length < 7) return false
      start = 7 + this.buffer.readUIntBE(4, 3)
    }
    if (this.buffer.length < start + INTRO.length) return false
    if (!this.buffer.subarray(start, start + INTRO.length).equals(INTRO)) {
      throw new Error('not a WhatsApp stream')
    }
    this.buffer = this.buffer.subarray(start + INTRO.length)
    this.introSeen = true
    return true
  }
}

export function frame(body: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(body.length + 3)
  out.writeUIntBE(body.length, 0, 3)
  out.set(body, 3)
  return out
}
