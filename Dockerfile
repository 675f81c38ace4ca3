ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json ./
COPY scripts/build.ts scripts/build.ts
COPY src src
RUN npm run build

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
