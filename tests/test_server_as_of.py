"""The record as it stood on a day, as the service tells it; and parameters that no page knows."""

from __future__ import annotations

import weakref

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service import page, site
from spacepact.queries.knowledge import open_graph
from spacepact.server.routing import answer, routes
from spacepact.server.settings import Settings
from spacepact.server.site import Site


def test_an_earlier_day_comes_from_the_store_that_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    served = Site(open_graph(), Settings())

    def gone(*_: object, **__: object) -> None:
        raise AssertionError("the files were read")

    for name in ("open_store", "build"):
        monkeypatch.setattr(f"spacepact.graph.opening.{name}", gone)
    monkeypatch.setattr("spacepact.queries.knowledge.open_store", gone)
    for url in ("/page/nasa?as_of=2021", "/data/download/as-of/2021.nq.gz", "/changes?from=2021&to=2022",
                "/questions/due?as_of=2021", "/between/usa/rok?as_of=2021"):  # fmt: skip
        assert answer(served, url).status == 200, url


def test_a_day_and_the_period_it_ends_are_one_record() -> None:
    assert site().as_of("2022") is site().as_of("2022-12-31")
    assert site().as_of("2022").as_of("2021") is site().as_of("2021"), "an earlier day is asked of today's record"
    assert site().as_of("2022").as_of("") is site()


def test_days_are_let_go_when_others_are_asked_for() -> None:
    served = Site(open_graph(), Settings())
    kept = []
    for year in range(2015, 2020):
        for url in ("/page/nasa", "/between/usa/rok", "/questions/due", "/path?from=kasa&to=isro&"):
            assert answer(served, f"{url}{'' if url.endswith('&') else '?'}as_of={year}").status in (200, 400, 404)
        kept.append(weakref.ref(served.as_of(str(year))))
    assert [each() is not None for each in kept] == [False, False, False, True, True]


def test_the_words_of_passages_are_read_once_for_all_days() -> None:
    assert site().as_of("2021").words is site().words


def test_copies_that_cannot_be_read_are_not_the_askers_mistake(tmp_path: object) -> None:
    broken = Site(open_graph(), Settings(documents=tmp_path))  # type: ignore[arg-type]
    with pytest.raises(RuntimeError, match="words of passages"):
        answer(broken, "/between/usa/rok")


@pytest.mark.parametrize(
    "url", ["//[", "//[x]/explore", "//evil.example/", "//evil.example/id/nasa", "/%2Fevil.example/"]
)
def test_a_path_with_two_slashes_before_it_leads_nowhere(url: str) -> None:
    assert page(url).status == 404


_SEGMENTS = st.one_of(
    st.text(max_size=12), st.sampled_from([route.path for route in routes() if "{" not in route.path] + ["[", "]", "?"])
)


@settings(max_examples=120, deadline=None)
@given(st.lists(_SEGMENTS, max_size=4), st.text(max_size=20))
def test_whatever_the_address_there_is_an_answer(segments: list[str], query: str) -> None:
    assert page("/" + "/".join(segments)[:60] + "?" + query).status in range(200, 500)
