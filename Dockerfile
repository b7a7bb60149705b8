# syntax=docker/dockerfile:1
# One program, one image a face: targets api, dashboard and all. script/image builds them.
# Nothing of a lender is inside: portfolio, features, model and people come with the volume /workspace.

# The version of rust-toolchain.toml; tests/deploy/run holds one against the other.
ARG RUST=1.95.0

# Debian 12 has the older C library: what is built on it runs on it and on all later ones.
FROM rust:${RUST}-slim-bookworm AS build
WORKDIR /source
COPY . .
# Only this layer changes with the source; what it needs to be quick stays in the caches. Packed relocations, a
# twentieth of the program, are read by C libraries from 2.36 on, of which both stages' are.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/source/target,sharing=locked \
    cargo rustc --locked --package limpide --bin limpide --profile image \
        -- --codegen link-arg=-Wl,-z,pack-relative-relocs \
    && cp target/image/limpide /limpide

# C library and unwinder, nothing else: no shell, no package manager. User 65532 is its nonroot.
FROM gcr.io/distroless/cc-debian13:nonroot AS runtime
USER 65532:65532
# Of this user when an empty volume is put here.
WORKDIR /workspace
VOLUME /workspace
# Logs are read by programs.
ENV NO_COLOR=1
EXPOSE 8080
ENTRYPOINT ["/limpide", "--workspace", "/workspace"]
HEALTHCHECK --interval=10s --timeout=6s --start-period=30s --retries=3 \
    CMD ["/limpide", "healthcheck"]
LABEL org.opencontainers.image.title="Limpide" \
      org.opencontainers.image.description="Credit scoring that anyone can see through" \
      org.opencontainers.image.source="https://github.com/limpide/limpide" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build --chmod=0755 /limpide /limpide
ARG REVISION=unknown
LABEL org.opencontainers.image.revision="${REVISION}"

FROM runtime AS api
CMD ["serve", "--face", "api", "--listen", "0.0.0.0:8080", "--secure-cookies"]

FROM runtime AS dashboard
CMD ["serve", "--face", "dashboard", "--listen", "0.0.0.0:8080", "--secure-cookies"]

FROM runtime AS all
CMD ["serve", "--face", "all", "--listen", "0.0.0.0:8080", "--secure-cookies"]
