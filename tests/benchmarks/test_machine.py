"""What a result says of the machine that it was measured on."""

import pytest

from benchmarks import machine as described


@pytest.mark.parametrize(
    ("flags", "limit", "vnni"),
    [
        ("avx2", "", False),
        ("avx2 avx_vnni", "", True),
        ("avx2 avx512_vnni", "", True),
        ("avx2 avx512_vnni", "AVX512_CORE_VNNI", True),
        ("avx2 avx512_vnni", "AVX512_CORE", False),
        ("avx2 avx512_vnni", "avx2", False),
    ],
)
def test_vnni_is_what_the_libraries_may_use_of_what_the_processor_has(
    flags: str, limit: str, vnni: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(described, "_processor", lambda: {"flags": flags})
    monkeypatch.setenv(described.INSTRUCTION_LIMIT, limit)
    assert described.machine()["vnni"] is vnni
    assert described.machine()["limit"] == limit.upper()
