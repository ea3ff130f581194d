# A unit in a container: docker build -t passerby . ; a control room: docker build --build-arg PARTS=centre .
# compose.yaml runs both.
FROM python:3.13-slim-bookworm AS build
COPY . /src
RUN pip wheel --no-deps --wheel-dir /wheels /src

FROM python:3.13-slim-bookworm
ARG PARTS=run
COPY requirements/${PARTS}.txt /tmp/parts.txt
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir --require-hashes -r /tmp/parts.txt \
    && pip install --no-cache-dir --no-deps /wheels/*.whl \
    && rm -r /wheels /tmp/parts.txt \
    && useradd --system --uid 970 --create-home --home-dir /var/lib/passerby passerby
USER 970
VOLUME /var/lib/passerby
WORKDIR /var/lib/passerby
STOPSIGNAL SIGTERM
ENTRYPOINT ["passerby"]
CMD ["run", "/etc/passerby/unit.yaml", "--out", "/var/lib/passerby/data"]
