"""The witness that we run for other logs, and the witnesses that we ask to cosign ours."""
