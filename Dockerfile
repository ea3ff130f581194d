# A unit in a container: docker build -t passerby . ; see compose.yaml for how to run it.
FROM python:3.13-slim-bookworm AS build
COPY . /src
RUN pip wheel --no-deps --wheel-dir /wheels /src

FROM python:3.13-slim-bookworm
COPY requirements/run.txt /tmp/run.txt
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir --require-hashes -r /tmp/run.txt \
    && pip install --no-cache-dir --no-deps /wheels/*.whl \
    && rm -r /wheels /tmp/run.txt \
    && useradd --system --uid 970 --create-home --home-dir /var/lib/passerby passerby
USER 970
VOLUME /var/lib/passerby
WORKDIR /var/lib/passerby
STOPSIGNAL SIGTERM
ENTRYPOINT ["passerby"]
CMD ["run", "/etc/passerby/unit.yaml", "--out", "/var/lib/passerby/data"]
