# The image of Conexus: Node, git, their shared libraries and the bundled program on an empty file
# system. No shell, no package manager, no compiler. `docker build -t conexus .` is all it takes; it
# also builds without BuildKit. Built and tested for linux/amd64; linux/arm64 goes by the same file
# and is not tested.

ARG NODE_IMAGE=node:24.21.0-bookworm-slim

# 1. The program: compiled, then bundled with what it uses of its packages.
FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
# The pinned Node is for machines without one; the base has it.
RUN npm ci && rm -rf node_modules/node-linux-*
COPY . .
RUN npm run build && node tools/bundle.mjs /out/app

# 2. The file system beneath it. It changes with Node and Debian only, so its layer is shared by releases.
FROM ${NODE_IMAGE} AS rootfs
RUN apt-get update \
 && apt-get install -y --no-install-recommends binutils ca-certificates git tini \
 && rm -rf /var/lib/apt/lists/*
# `false` leaves out what git needs for https remotes: 18 MB, 9 MB compressed.
ARG GIT_HTTPS=true
COPY deploy/image/assemble-rootfs.sh /usr/local/sbin/
RUN sh /usr/local/sbin/assemble-rootfs.sh /rootfs "${GIT_HTTPS}"

# 3. The image.
FROM scratch
COPY --from=rootfs /rootfs /
COPY --from=build /out/app /app

# Equal to the version in package.json; a test keeps it so.
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="conexus" \
      org.opencontainers.image.description="Self-hosted context server for coding agents" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"

# The port is reachable only where it is published, so the server listens on every address and asks
# for no key by default. To ask for one: CONEXUS_AUTH_MODE=keys. SQLite spills sorts into SQLITE_TMPDIR, and
# history is read through a folder in TMPDIR: with a read-only root nothing but /data can be written.
# The MALLOC settings are those of bin/node24.mjs, which says why.
ENV NODE_ENV=production \
    CONEXUS_HOST=0.0.0.0 \
    CONEXUS_PORT=8080 \
    CONEXUS_AUTH_ALLOW_UNAUTHENTICATED=true \
    CONEXUS_DB_PATH=/data/conexus.db \
    CONEXUS_ROOT_PATH=/data/codebase \
    CONEXUS_LOG_FORMAT=json \
    SQLITE_TMPDIR=/data \
    TMPDIR=/data \
    MALLOC_ARENA_MAX=2 \
    MALLOC_MMAP_THRESHOLD_=131072 \
    MALLOC_TRIM_THRESHOLD_=131072

# By number, so that an orchestrator can see that it is not root. Its name is conexus.
USER 1000:1000
WORKDIR /app
VOLUME ["/data"]
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=5s --retries=3 CMD ["conexus", "healthcheck"]
# tini passes signals on and reaps what git leaves behind.
ENTRYPOINT ["tini", "--", "conexus"]
CMD ["serve"]
