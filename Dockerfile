# Every package comes in one version, by its hash: Python's in requirements*.txt, the page's in package-lock.json.
FROM python:3.13-slim AS build
WORKDIR /src
# Node is needed to build the page's libraries; it comes from PyPI and stays here.
COPY requirements.txt requirements-build.txt ./
RUN python -m venv /opt/build && python -m venv --without-pip /opt/gradlens \
    && /opt/build/bin/pip install --no-cache-dir --require-hashes --requirement requirements-build.txt \
    && /opt/build/bin/pip --python /opt/gradlens/bin/python install --no-cache-dir --compile --require-hashes \
    --requirement requirements.txt
COPY . .
RUN /opt/build/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /dist . \
    && /opt/build/bin/pip --python /opt/gradlens/bin/python install --no-cache-dir --compile --no-deps /dist/*.whl

FROM python:3.13-slim
COPY --from=build /opt/gradlens /opt/gradlens
ENV PATH=/opt/gradlens/bin:$PATH
# A number, so that a cluster can see that it is not root; it owns no file.
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s \
    CMD ["python", "-c", "import http.client as h, sys; c = h.HTTPConnection('127.0.0.1', 8000, timeout=2); c.request('GET', '/healthz'); sys.exit(c.getresponse().status != 200)"]
CMD ["gradlens", "--host", "0.0.0.0"]
