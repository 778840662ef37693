# Kasa as a container. Give it DATABASE_URL; the embedded database would need a volume at /data and one container only.
FROM node:24-bookworm-slim
ENV NODE_ENV=production DATA_DIR=/data
WORKDIR /app
COPY package.json package-lock.json .puppeteerrc.cjs ./
RUN npm ci --omit=dev && npm cache clean --force
COPY src src
COPY flows flows
COPY locales locales
COPY city city
COPY drizzle drizzle
RUN mkdir /data && chown node /data
USER node
EXPOSE 3000
HEALTHCHECK CMD ["node", "-e", "fetch('http://localhost:' + (process.env.PORT || 3000) + '/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Without npm in between, so that SIGTERM reaches it.
CMD ["node", "--import", "tsx", "src/main.ts"]
