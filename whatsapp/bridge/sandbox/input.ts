/** Reading control requests: every value checked once, here. */

export class BadRequest extends Error {
  constructor(
    message: string,
    readonly status = 400,
  ) {
    super(message)
  }
}

export class Input {
  private readonly values: Record<string, unknown>

  constructor(source: unknown) {
    this.values = typeof source === 'object' && source !== null ? { ...source } : {}
  }

  has(name: string): boolean {
    return this.values[name] !== undefined && this.values[name] !== null
  }

  isText(name: string): boolean {
    return typeof this.values[name] === 'string'
  }

  text(name: string): string {
    const value = this.values[name]
    if (typeof value !== 'string') throw new BadRequest(`"${name}" must be a text`)
    return value
  }

  optionalText(name: string): string | undefined {
    return this.has(name) ? this.text(name) : undefined
  }

  /** Digits of a phone number; a plus sign, spaces, dashes and brackets are allowed. */
  phone(name: string): string {
    return phoneDigits(this.text(name), name)
  }

  /** A number from JSON or from a query string. */
  number(name: string, otherwise: number, min: number, max: number): number {
    if (!this.has(name)) return otherwise
    const value = Number(this.values[name])
    if (!Number.isFinite(value) || value < min || value > max) {
      throw new BadRequest(`"${name}" must be a number from ${min} to ${max}`)
    }
    return value
  }

  flag(name: string): boolean {
    return this.values[name] === true
  }

  object(name: string): Input | undefined {
    if (!this.has(name)) return undefined
    const value = this.values[name]
    if (typeof value !== 'object' || Array.isArray(value)) {
      throw new BadRequest(`"${name}" must be an object`)
    }
    return new Input(value)
  }

  texts(name: string): string[] {
    const value = this.values[name]
    if (!Array.isArray(value) || value.some((item) => typeof item !== 'string')) {
      throw new BadRequest(`"${name}" must be a list of texts`)
    }
    return value
  }
}

export function phoneDigits(text: string, name = 'phone'): string {
  const digits = text.replace(/[+\s()-]/g, '')
  if (!/^\d{5,15}$/.test(digits)) throw new BadRequest(`"${name}" must be a phone number`)
  return digits
}
