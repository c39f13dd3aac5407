"""The record as it stood on a day, as the service tells it; and parameters that no page knows."""

from __future__ import annotations

import re
import weakref
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service import page, site
from spacepact.queries.concepts import topic_counts
from spacepact.queries.documents import documents
from spacepact.queries.knowledge import open_graph
from spacepact.server.routing import answer, routes
from spacepact.server.settings import Settings
from spacepact.server.site import PageResponse, Site

OLD = "framework-agreement-2016"
"""A document of before 2023."""


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


@settings(max_examples=60)
@given(st.lists(_SEGMENTS, max_size=4), st.text(max_size=20))
def test_whatever_the_address_there_is_an_answer(segments: list[str], query: str) -> None:
    assert page("/" + "/".join(segments)[:60] + "?" + query).status in range(200, 500)


def text(found: PageResponse) -> str:
    return unescape(str(found.body))


@pytest.mark.parametrize("url", ["/explore?topci=pnt", "/page/nasa?as_off=2015", "/between/usa/rok?topc=pnt",
    "/between/USA/rok?topc=pnt", "/path?form=kasa&to=isro", "/timeline?actr=nasa", "/search?qq=x",
    "/feeds/due.ics?actr=rok",
    "/explore.csv?topci=pnt", "/api/explore?topci=pnt", "/api/search?q=kasa&limt=3", "/api/entities/nasa?as_off=2015",
    "/changes?form=2024", "/query?qurey=ASK"])  # fmt: skip
def test_a_misspelled_parameter_is_refused_with_what_was_meant(url: str) -> None:
    found = page(url)
    assert found.status == 400
    assert "unknown parameter '" in text(found)
    assert "did you mean '" in text(found)


@pytest.mark.parametrize("url", ["/data/nasa.ttl?as_of=2015", "/feeds/due.ics?as_of=2015",
    "/page/code/strength?as_of=2015", "/?other=x"])  # fmt: skip
def test_what_a_page_cannot_tell_it_refuses(url: str) -> None:
    assert page(url).status == 400


@pytest.mark.parametrize("url", ["/explore?utm_source=mail&fbclid=1&ref=x", "/page/nasa?gclid=1", "/explore?topci="])
def test_what_others_add_to_links_is_let_pass(url: str) -> None:
    assert page(url).status == 200


def test_no_link_has_a_parameter_that_is_not_known() -> None:
    pages = ["/", "/explore?as_of=2023&view=matrix&order=cluster&focus=usa", "/page/nasa?as_of=2023",
             "/feeds?actor=rok&topic=pnt",
             "/between/usa/rok?as_of=2023", "/path?from=kasa&to=isro&as_of=2023", "/questions/due?as_of=2023",
             "/timeline", "/search?q=kasa", "/sources", "/changes?from=2024&to=2025"]  # fmt: skip
    kinds = {}  # one link of each path but its last part, and set of parameters
    for url in pages:
        for link in re.findall(r'href="(/[^"#]*\?[^"#]*)', str(page(url).body)):
            address, _, query = unescape(link).partition("?")
            kinds[re.sub("[^/]+$", "", address), *sorted(re.findall(r"(?:^|&)(\w+)=", query))] = unescape(link)
    assert len(kinds) > 20
    assert [link for link in kinds.values() if "unknown parameter" in str(page(link).body)] == []


def test_the_overview_tells_of_an_earlier_day_on_the_page_and_in_its_files() -> None:
    then, now = site().as_of("2022").overview.whole, site().overview.whole
    assert then.ties != now.ties
    shown = text(page("/explore?as_of=2022"))
    assert "as it stood at the end of 2022-12-31" in shown
    assert 'name="as_of" value="2022"' in shown
    assert '"as_of":"2022-12-31"' in str(page("/api/explore?as_of=2022").body)
    for suffix in (".csv", "-engagements.csv", ".svg"):
        assert "2022-12-31" in str(page(f"/explore{suffix}?as_of=2022").body), suffix
    for suffix in (".graphml", ".gexf"):
        assert page(f"/explore{suffix}?as_of=2022").body != page(f"/explore{suffix}").body
    assert page("/explore?as_of=soon").status == 400
    assert "as_of: " in text(page("/explore?as_of=soon"))


def test_an_entity_as_json_tells_of_an_earlier_day() -> None:
    assert '"as_of":"2022-12-31"' in str(page("/api/entities/nasa?as_of=2022").body)


@pytest.mark.parametrize("url", ["/page/nasa", "/between/usa/rok", "/explore", "/path?from=jaxa&to=usa",
    "/page/topic/pnt", "/topics", "/sources", f"/page/source/{OLD}", f"/page/source/{OLD}/p2"])  # fmt: skip
def test_links_stay_at_the_day_where_they_can(url: str) -> None:
    day = f"{url}{'&' if '?' in url else '?'}as_of=2023"
    assert page(day).status == 200
    shown = str(page(day).body)
    main = shown[shown.index("<main") : shown.index("</main")]
    left_out = [iri.removeprefix("https://w3id.org/spacepact") for iri, _ in site().uncertain("2023")]
    links = [unescape(link) for link in re.findall(r'href="(/[^"]+)"', main)]
    stay = [link for link in links if re.match(r"/(between|topics|sources|page/(?!code|ns|graph|mapping))", link)]
    assert stay
    gone = [link for link in stay if "as_of=2023" not in link and link != url]
    assert [link for link in gone if link.removeprefix("/page") not in left_out] == []
    assert [link for link in links if re.match("/page/(code|ns)[/?#]", link) and "as_of" in link] == []
    assert "lead to today’s record" in main


def test_a_topic_has_what_was_known_of_it_on_the_day() -> None:
    then, now = (set(re.findall(r'<td><a href="(/page/[^"?]+)', str(page(f"/page/topic/pnt{day}").body)))
                 for day in ("?as_of=2015", ""))  # fmt: skip
    assert then < now
    assert "/page/" in str(then)
    counts = topic_counts(site().as_of("2015").graph)
    assert f"{counts['https://w3id.org/spacepact/topic/pnt']} engagements" in text(page("/page/topic/pnt?as_of=2015"))


def test_a_document_that_is_newer_than_the_day_was_not_yet_in_the_record() -> None:
    issued = {d.iri.rpartition("/")[2]: d.issued for d in documents(site().graph) if d.kind == "document"}
    newer = next(slug for slug, day in issued.items() if day > "2023")
    for url in (f"/page/source/{newer}", f"/page/source/{newer}/p1"):
        found = page(f"{url}?as_of=2015")
        assert found.status == 404
        assert "was not yet in the record on 2015-12-31" in text(found)
        assert issued[newer] in text(found)
        assert f'href="/page/source/{newer}"' in str(found.body), "the way to today's record"
    assert page(f"/page/source/{OLD}?as_of=2017").status == 200
    listed = set(re.findall(r'/page/source/([^/?"]+)\?as_of=2017"', str(page("/sources?as_of=2017").body)))
    assert OLD in listed
    assert newer not in listed
    assert page("/page/source/no-such-document?as_of=2015").status == 404
    assert "not yet" not in text(page("/page/source/no-such-document?as_of=2015"))


def test_a_thing_that_is_newer_than_the_day_is_not_found_and_its_page_of_today_is_offered() -> None:
    asked = "SELECT DISTINCT ?thing { ?thing a pact:Commitment ; pact:statement ?words }"
    today, then = ({str(r["thing"]) for r in s.graph.query(asked).records()} for s in (site(), site().as_of("2021")))
    slug = min(today - then).removeprefix("id:")
    found = page(f"/page/{slug}?as_of=2021")
    assert found.status == 404
    assert "was not yet in the record on 2021-12-31" in text(found)
    assert "as it stood at the end of 2021-12-31" in text(found)
    assert f'href="/page/{slug}"' in str(found.body), "the way to today's record"
    assert "as it stood" not in text(page("/no-such-page?as_of=2021"))


def test_what_only_registers_know_by_that_day_says_so_and_is_not_on_the_timeline() -> None:
    then = site().as_of("2021")
    asked = "SELECT DISTINCT ?thing { VALUES ?kind { pact:Mission pact:MeetingSeries } ?thing a ?kind }"
    told = f"{asked[:-1]} {{ ?thing pact:firstTold ?day }} }}"
    things, known = ({str(r["thing"]) for r in then.graph.query(q).records()} for q in (asked, told))
    silent = {name.removeprefix("id:") for name in things - known}
    assert silent
    words = "Known from registers, in no document by that day"
    assert words in text(page(f"/page/{min(silent)}?as_of=2021"))
    assert words not in text(page(f"/page/{min(silent)}"))
    assert words not in text(page("/page/nasa?as_of=2021"))
    assert silent.isdisjoint(lane.iri.rpartition("/")[2] for lane in then.lanes.lanes)
    assert silent <= {lane.iri.rpartition("/")[2] for lane in site().lanes.lanes}


@pytest.mark.parametrize("url", ["/feeds", "/feeds/due.ics", "/feeds/to-come.ics", "/feeds/documents.atom"])
def test_feeds_take_no_day_and_say_why(url: str) -> None:
    found = page(f"{url}?as_of=2015")
    assert found.status == 400
    assert "a feed tells what is due or new now" in text(found)
    then = re.findall(r'href="(/(?:questions|timeline)[^"]*as_of=2015)"', str(found.body))
    assert [page(unescape(way)).status for way in then] == [200, 200]
    assert page(url).status == 200


def test_pages_of_an_earlier_day_name_the_documents_of_uncertain_date() -> None:
    left_out = site().uncertain("2022")
    assert left_out
    for url in ("/page/nasa?as_of=2022", "/between/usa/rok?as_of=2022", "/explore?as_of=2022", "/path?as_of=2022"):
        shown = text(page(url))
        assert all(title in shown for _, title in left_out), url
