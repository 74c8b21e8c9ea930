# The page on port 7860, or with arguments the command:
#   docker build -t skeletonllm . && docker run -p 7860:7860 skeletonllm
#   docker run -v "$PWD:/clips:ro" skeletonllm skeletonllm caption /clips/clip.bvh
FROM python:3.11-slim
# An index with torch for CPUs keeps the image small; without it pip takes torch with CUDA.
ARG PIP_EXTRA_INDEX_URL=
WORKDIR /app
COPY pyproject.toml setup.py README.md LICENSE constraints.txt ./
COPY hub_configs hub_configs
COPY skeletonllm_hf skeletonllm_hf
RUN pip install --no-cache-dir -c constraints.txt '.[demo,mcp,formats]'
COPY space space
RUN useradd --create-home app
USER app
EXPOSE 7860
CMD ["python", "space/app.py", "--host", "0.0.0.0"]
