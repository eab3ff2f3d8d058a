# The image of the WhatsApp bridge. Build it from the repository's root:
#   docker build -f docker/bridge.Dockerfile -t aiadmin-bridge .
FROM node:20-bookworm-slim AS build
WORKDIR /bridge
COPY whatsapp/bridge/package.json whatsapp/bridge/package-lock.json whatsapp/bridge/.npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY whatsapp/bridge/tsconfig.json ./
COPY whatsapp/bridge/src src
RUN npx tsc -p tsconfig.json && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:20-bookworm-slim
RUN useradd --system --uid 10002 --home-dir /bridge --shell /usr/sbin/nologin bridge
ENV NODE_ENV=production BRIDGE_LISTEN=0.0.0.0:3001
WORKDIR /bridge
COPY --from=build /bridge/package.json ./
COPY --from=build /bridge/node_modules node_modules
COPY --from=build /bridge/dist dist
COPY whatsapp/bridge/LICENSE ./
USER 10002
EXPOSE 3001
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["node", "-e", "fetch('http://127.0.0.1:3001/healthz').then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/src/main.js"]
