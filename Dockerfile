FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOST=0.0.0.0 STORE=tinydb:/data
RUN useradd --create-home --uid 10001 waypost && mkdir /data && chown waypost /data && chmod 700 /data
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY bot bot
COPY schemas schemas
COPY resources.yaml .
USER waypost
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
CMD ["python", "-m", "bot"]
