# Node is needed to build the page's libraries; the build gets it from PyPI and leaves it here.
FROM python:3.13-slim AS build
WORKDIR /src
COPY . .
RUN python -m venv --without-pip /opt/gradlens \
    && pip --python /opt/gradlens/bin/python install --no-cache-dir --compile .

FROM python:3.13-slim
COPY --from=build /opt/gradlens /opt/gradlens
ENV PATH=/opt/gradlens/bin:$PATH
# A number, so that a cluster can see that it is not root; it owns no file.
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s \
    CMD ["python", "-c", "import http.client as h, sys; c = h.HTTPConnection('127.0.0.1', 8000, timeout=2); c.request('GET', '/healthz'); sys.exit(c.getresponse().status != 200)"]
CMD ["gradlens", "--host", "0.0.0.0"]
