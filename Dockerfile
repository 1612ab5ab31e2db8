# syntax=docker/dockerfile:1
FROM node:22-slim AS build
WORKDIR /app
COPY . .
# Packages come from a cache between builds, so that one copy of the sources is enough of a layer.
RUN --mount=type=cache,target=/npm npm ci --cache=/npm --ignore-scripts
RUN npm run build \
 && npm prune --omit=dev --ignore-scripts \
 && rm -rf scripts bench tsconfig*.json biome.json server/test server/dist/test \
 && find . -path ./node_modules -prune -o \
      \( -name '*.test.*' -o -name '*.e2e.*' -o -name '*.tsbuildinfo' \) -type f -exec rm {} +

FROM node:22-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 OBOLE_DATA_DIR=/data
WORKDIR /app
# The program belongs to root: the user that runs it can change its data only.
COPY --from=build /app ./
RUN ln -s /app/server/bin/obole.mjs /usr/local/bin/obole \
 && install -d -o node -g node -m 700 /data
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((it) => process.exit(it.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "server/bin/obole.mjs", "start"]
