/**
 * Files from and to WhatsApp's media hosts. Not through Baileys: its download follows the host that the sender's
 * message names, checks no hash, knows no limit, and cannot go through our proxy.
 */
import http from 'node:http'
import https from 'node:https'

/** Between two chunks; a whole file may take TOTAL_MS. */
const IDLE_MS = 15_000
const TOTAL_MS = 120_000
/** An upload is waited for by whoever sends. */
const UPLOAD_MS = 40_000
const MAX_ANSWER_BYTES = 64 * 1024
const ORIGIN = 'https://web.whatsapp.com'

export type Fetched =
  | { body: Buffer }
  | { failed: 'gone' | 'too_large' | 'truncated' | 'timeout' | 'network' | `http_${number}` }

/** Where files lie, and how to get there: WhatsApp's hosts, or the sandbox beside its socket. */
export class MediaHosts {
  private readonly sandbox: URL | undefined

  constructor(socketUrl: string | undefined) {
    this.sandbox = socketUrl ? new URL(socketUrl.replace(/^ws/, 'http')) : undefined
  }

  /** Only a path on a known host: a message may name any address, also one inside our network. */
  url(path: string, host = 'mmg.whatsapp.net'): URL | undefined {
    const isPlain = /^\/[A-Za-z0-9._~/-]+(\?[A-Za-z0-9._~=&%+,:!'()*-]*)?$/.test(path)
    if (!isPlain || path.startsWith('//') || !/(^|\.)whatsapp\.net$/.test(host)) return undefined
    return new URL(path, this.sandbox?.origin ?? `https://${host}`)
  }
}

/** Reads a file, at most `limit` bytes of it. Never throws. */
export function download(url: URL, limit: number, agent?: https.Agent): Promise<Fetched> {
  return new Promise((resolve) => {
    const request = client(url).request(url, {
      headers: { Origin: ORIGIN },
      ...(agent && { agent }),
    })
    const settle = (result: Fetched): void => {
      clearTimeout(total)
      resolve(result)
      request.destroy()
    }
    const total = setTimeout(() => settle({ failed: 'timeout' }), TOTAL_MS)
    request.setTimeout(IDLE_MS, () => settle({ failed: 'timeout' }))
    request.on('error', () => settle({ failed: 'network' }))
    request.on('response', (response) => {
      const { statusCode = 0 } = response
      if ([403, 404, 410].includes(statusCode)) return settle({ failed: 'gone' })
      if (statusCode !== 200) return settle({ failed: `http_${statusCode}` })
      if (Number(response.headers['content-length']) > limit) return settle({ failed: 'too_large' })
      const chunks: Buffer[] = []
      let size = 0
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > limit) settle({ failed: 'too_large' })
        else chunks.push(chunk)
      })
      response.on('error', () => settle({ failed: 'truncated' }))
      response.on('end', () =>
        settle(response.complete ? { body: Buffer.concat(chunks) } : { failed: 'truncated' }),
      )
    })
    request.end()
  })
}

/** Uploads a file; the path where it lies. Throws an Error that names no address. */
export function upload(url: URL, body: Buffer, agent?: https.Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = client(url).request(url, {
      method: 'POST',
      headers: {
        Origin: ORIGIN,
        'Content-Type': 'application/octet-stream',
        'Content-Length': body.length,
      },
      ...(agent && { agent }),
    })
    const fail = (why: string): void => {
      clearTimeout(total)
      reject(new Error(`the upload failed: ${why}`))
      request.destroy()
    }
    const total = setTimeout(() => fail('timeout'), UPLOAD_MS)
    request.setTimeout(IDLE_MS, () => fail('timeout'))
    request.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? 'network'))
    request.on('response', (response) => {
      let answer = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        answer += chunk
        if (answer.length > MAX_ANSWER_BYTES) fail('an endless answer')
      })
      response.on('error', () => fail('the answer broke off'))
      response.on('end', () => {
        const path = pathOf(answer)
        if (response.statusCode !== 200 || !path) return fail(`http ${response.statusCode}`)
        clearTimeout(total)
        resolve(path)
      })
    })
    request.end(body)
  })
}

const client = (url: URL): typeof https => (url.protocol === 'https:' ? https : (http as never))

function pathOf(answer: string): string | undefined {
  try {
    const { direct_path: path } = JSON.parse(answer) as { direct_path?: unknown }
    return typeof path === 'string' ? path : undefined
  } catch {
    return undefined
  }
}
