# The app without PyTorch. Packages are installed in a first stage, so that pip and its leftovers stay behind; each is the one
# whose hash requirements.lock holds.
FROM python:3.11-slim AS packages
COPY requirements.lock .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --no-compile --require-hashes -r requirements.lock

FROM python:3.11-slim
RUN useradd --system --no-create-home --home-dir /nonexistent skinglance
COPY --from=packages /venv /venv
WORKDIR /app
COPY app.py LICENSE README.md ./
COPY assets assets
COPY inference inference
COPY llm llm
COPY models_ir models_ir
COPY postprocess postprocess
COPY report report
COPY webapp webapp
# Nothing is written outside of /tmp, so the file system can be read-only.
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOME=/nonexistent \
    GRADIO_SERVER_NAME=0.0.0.0 GRADIO_SERVER_PORT=7860 SKINGLANCE_CACHE_DIR=/tmp/skinglancecare GRADIO_TEMP_DIR=/tmp/gradio
USER skinglance
EXPOSE 7860
HEALTHCHECK --start-period=60s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/healthz', timeout=5)"]
CMD ["python", "app.py"]
