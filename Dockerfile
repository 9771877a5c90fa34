# syntax=docker/dockerfile:1.7
# Two images from one file:
#   docker build --target server -t tablewright .            API, worker, beat, migrate (and the exported web)
#   docker build --target web    -t tablewright-web .        the Node server for request-time pages
# Neither runs as root, neither holds a secret.

# -- the front end's packages, from the lock alone, so that a change of source does not fetch them again
FROM node:20.20.2-bookworm-slim AS packages
WORKDIR /src
ENV CI=true NEXT_TELEMETRY_DISABLED=1
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY frontend/package.json frontend/
COPY charts/package.json charts/
COPY tools/api/package.json tools/api/
RUN npm install --global --ignore-scripts --no-audit --no-fund pnpm@10.34.0 \
 && pnpm install --frozen-lockfile

# -- chart bundle and exported web
FROM packages AS export
COPY charts charts
COPY frontend frontend
RUN mkdir -p backend/src/tablewright/core/charts \
 && pnpm --filter @tablewright/charts run build \
 && pnpm --filter @tablewright/frontend run build

# -- the standalone Node server
FROM packages AS standalone
COPY charts charts
COPY frontend frontend
RUN TABLEWRIGHT_WEB=standalone pnpm --filter @tablewright/frontend run build

# -- the wheel and its locked dependencies
FROM python:3.11.14-slim-bookworm AS wheel
WORKDIR /src
ENV UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=/opt/tablewright
RUN pip install --no-cache-dir uv==0.13.9
COPY LICENSE NOTICE ./
COPY backend/pyproject.toml backend/uv.lock backend/README.md backend/
RUN cd backend && uv sync --locked --no-dev --no-install-project
COPY backend backend
COPY --from=export /src/backend/src/tablewright/core/charts/bundle backend/src/tablewright/core/charts/bundle
COPY --from=export /src/frontend/out backend/src/tablewright/web
RUN cd backend && uv sync --locked --no-dev --no-editable --compile-bytecode

# -- what runs: one image, the role is the command
FROM python:3.11.14-slim-bookworm AS server
# bubblewrap: the children that read uploads get namespaces of their own where the host allows them.
RUN apt-get update \
 && apt-get install -y --no-install-recommends bubblewrap tini \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 tablewright \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/tablewright --shell /usr/sbin/nologin tablewright \
 && install -d -o 10001 -g 10001 -m 0700 /var/lib/tablewright
COPY --from=wheel /opt/tablewright /opt/tablewright
ENV PATH=/opt/tablewright/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    TABLEWRIGHT_DATA_DIR=/var/lib/tablewright \
    TABLEWRIGHT_HOST=0.0.0.0 \
    TABLEWRIGHT_PORT=8080
USER 10001:10001
WORKDIR /var/lib/tablewright
VOLUME /var/lib/tablewright
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=40s --retries=4 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["tini", "--", "tablewright"]
CMD ["serve"]

# -- the Node server; it talks to nobody but the API
FROM node:20.20.2-bookworm-slim AS web
WORKDIR /srv/web
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 HOSTNAME=0.0.0.0 PORT=3000
COPY --from=standalone --chown=10001:10001 /src/frontend/.next/standalone ./
COPY --from=standalone --chown=10001:10001 /src/frontend/.next/static ./frontend/.next/static
COPY --from=standalone --chown=10001:10001 /src/frontend/public ./frontend/public
USER 10001:10001
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=4 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3000/').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "frontend/server.js"]
