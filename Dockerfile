# The program alone: it needs no system, no network and no privileges. The binary is
# built before, for each platform in a folder of its name, such as linux/amd64.
FROM scratch
ARG TARGETPLATFORM
COPY $TARGETPLATFORM/lambdacap /usr/bin/lambdacap
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/usr/bin/lambdacap"]
