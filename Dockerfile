ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY scripts/image/strip.sh ./
# The image holds what the program may load: two thirds of the packages are types, source maps, tests and READMEs.
RUN npx tsc -p tsconfig.build.json && npm prune --omit=dev && sh strip.sh node_modules

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json ./
COPY fixtures fixtures
USER 1000
# Exec form: node is PID 1 and receives SIGTERM itself.
ENTRYPOINT ["node", "dist/main.js"]
