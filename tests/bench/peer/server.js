// The original's stack with the same endpoints on the same database and Redis: what ours is measured beside.
// It checks what we check (the key's hash, the token's signature and revocation) and inserts the same row.
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import express from 'express'
import { Redis } from 'ioredis'
import jwt from 'jsonwebtoken'
import pg from 'pg'
import QRCode from 'qrcode'
import { WebSocketServer } from 'ws'

const database = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 8 })
const redis = new Redis(process.env.REDIS_URL)
const sha256 = (text) => createHash('sha256').update(text).digest('hex')

const app = express()
app.disable('x-powered-by')

app.get('/marketplace/status/:id', async (request, response) => {
  const key = request.get('x-api-key') ?? ''
  const found = await database.query(
    'SELECT c.* FROM api_keys k JOIN companies c ON c.id = k.company_id WHERE k.sha256 = $1 AND k.revoked_at IS NULL',
    [sha256(key)],
  )
  const company = found.rows[0]
  if (!company) return response.status(401).json({ success: false })
  if (String(company.id) !== request.params.id) return response.status(404).json({ success: false })
  response.json({
    success: true,
    company_id: company.id,
    whatsapp_connected: company.whatsapp_connected,
    whatsapp_phone: company.whatsapp_phone,
    integration_status: company.integration_status,
    connected_at: company.connected_at,
  })
})

app.get('/marketplace/qr/:token', async (request, response) => {
  const token = jwt.verify(request.params.token, process.env.JWT_SECRET, { algorithms: ['HS256'] })
  const found = await database.query(
    'SELECT t.company_id FROM connect_tokens t WHERE t.sha256 = $1 AND t.revoked_at IS NULL',
    [sha256(request.params.token)],
  )
  if (found.rows[0]?.company_id !== token.company_id) return response.status(401).json({ success: false })
  const kept = await redis.get(`marketplace:qr:${token.company_id}`)
  if (!kept) return response.status(503).json({ success: false })
  const { qr } = JSON.parse(kept)
  response.json({ success: true, qr: await QRCode.toDataURL(qr), expires_in: 20 })
})

app.post('/marketplace/webhook/:id', express.raw({ type: '*/*', limit: '1mb' }), async (request, response) => {
  const company = await database.query('SELECT id, install_generation FROM companies WHERE id = $1', [request.params.id])
  if (!company.rows[0]) return response.status(404).json({ success: false })
  const body = JSON.parse(request.body.toString())
  const slot = Math.floor(Date.now() / 600000)
  await database.query(
    `INSERT INTO webhook_events (company_id, key, resource, resource_id, event, body, status, note, attempts, crashes)
     VALUES ($1, $2, $3, $4, $5, $6, 'new', '', 0, 0) ON CONFLICT (key) DO NOTHING`,
    [company.rows[0].id, `${company.rows[0].id}:${company.rows[0].install_generation}:${sha256(request.body)}:${slot}`,
      body.resource, body.resource_id, body.status, body],
  )
  response.json({ success: true })
})

const server = createServer(app)
const pages = new Map()
const sockets = new WebSocketServer({ server })
sockets.on('connection', (socket, request) => {
  const company = new URL(request.url, 'http://peer').searchParams.get('company')
  if (!pages.has(company)) pages.set(company, new Set())
  pages.get(company).add(socket)
  socket.on('close', () => pages.get(company).delete(socket))
  socket.send('{"type":"status"}')
})
const news = new Redis(process.env.REDIS_URL)
await news.subscribe('bench:news')
news.on('message', (_, text) => {
  const { company, frame } = JSON.parse(text)
  for (const socket of pages.get(String(company)) ?? []) socket.send(JSON.stringify(frame))
})
server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('ready'))
