# The version of the devDependency `node`. A newer one comes with its digest, of all architectures:
#   docker buildx imagetools inspect node:VERSION-bookworm-slim --format '{{.Manifest.Digest}}'
ARG NODE_IMAGE=node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6

# On the machine that builds: what it makes is JavaScript, which runs on any architecture.
FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json ./
COPY scripts/build.ts scripts/build.ts
COPY src src
RUN node scripts/build.ts

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /app
# The one package that the bundle does not hold.
COPY --from=build /app/node_modules/piscina node_modules/piscina
COPY --from=build /app/dist dist
COPY package.json ./
COPY fixtures fixtures
USER 1000
# Exec form: node is PID 1 and receives SIGTERM itself.
ENTRYPOINT ["node", "dist/main.js"]
