"""The dossier of a pair: its topics, planned meetings, how things stand, and a page that stays short."""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

from service import page, site
from spacepact.dates import bounds
from spacepact.iris import ENTITY, curie
from spacepact.server.routing import answer
from spacepact.server.settings import Settings
from spacepact.server.site import Site
from spacepact.visualizations.dossier import TIED
from spacepact.visualizations.renewals import renewals
from test_server_between import data, links, selected, shown, text


def test_meetings_and_series_have_their_own_topics() -> None:
    found = {e["iri"]: e["topics"] for e in data("rok/usa")["engagements"]}
    for iri in [iri for iri in found if selected(f"SELECT ?t WHERE {{ <{iri}> a pact:Meeting ; pact:topic ?t }}")]:
        assert set(found[iri]) == selected(f"SELECT ?t WHERE {{ <{iri}> pact:topic ?t }}")
    assert {ENTITY + "gps-kps-twg-1", ENTITY + "gps-kps-twg"} <= shown("rok/usa?topic=pnt")


def test_a_series_brings_its_planned_meetings() -> None:
    for path in ("rok/usa", "rok/usa?topic=pnt"):
        found = {e["iri"]: e for e in data(path)["engagements"]}
        meeting = found[ENTITY + "gps-kps-twg-2"]
        assert (meeting["group"], meeting["due"], meeting["status"]) == ("meeting", "2023-09", "no data")
        assert meeting["note"].startswith("Planned in the series GPS-KPS")


def test_a_choice_counts_within_the_other_filters() -> None:
    body = text("/between/rok/usa?topic=pnt&from=2016")
    for name, options in re.findall(r'<select id="(\w+)"(.*?)</select>', body, re.S):
        for value, count in re.findall(r'<option value="([\w-]+)"[^>]*>[^<]*\((\d+)\)</option>', options):
            query = {"topic": "pnt", "from": "2016"} | {name: value}
            assert len(shown("rok/usa?" + "&".join(f"{k}={v}" for k, v in query.items()))) == int(count)


def test_it_tells_what_is_open_past_its_date_or_moved() -> None:
    for pair in ("rok/usa", "india/usa"):
        every = {e["iri"]: e for e in data(pair)["engagements"]}
        opened = selected(
            """SELECT ?c WHERE { ?c a pact:Commitment . OPTIONAL { ?c pact:currentStatus ?s }
              FILTER (!BOUND(?s) || !REGEX(STR(?s), "/(completed|dropped|renewed)$")) }"""
        )
        slipped = {row[0].value for row in site().graph.ask("moved-dates").rows}  # type: ignore[union-attr]
        late = {iri for iri, e in every.items() if e["status"] in ("no data", "overdue")}
        for name, expected in (("open", opened), ("past-its-date", late), ("date-moved", slipped)):
            assert shown(f"{pair}?status={name}") == expected & every.keys()
            line = text(f"/between/{pair}").partition('standing">')[2].partition("</p>")[0]
            told = re.findall(rf'href="/between/{pair}[?]status={name}">(\d+)', line)
            assert told == ([str(len(expected & every.keys()))] if expected & every.keys() else [])


def test_the_last_meeting_leads_to_who_took_part() -> None:
    line = html.unescape(text("/between/rok/usa").partition('standing">')[2].partition("</p>")[0])
    meetings = [e for e in data("rok/usa")["engagements"] if e["group"] == "meeting" and e["what"] == "meeting"]
    newest = max((e for e in meetings if e["date"]), key=lambda e: bounds(e["date"]).latest)
    assert newest["label"] in line
    assert page(links(line)[-1]).status == 200
    assert f"meeting={newest['iri'].removeprefix(ENTITY)}" in links(line)[-1]


def test_who_promises_and_gains_is_told_in_words_and_so_are_renewals() -> None:
    found = {e["iri"]: e for e in data("rok/usa")["engagements"]}
    for each in found.values():
        roles = {role["role"]: {actor["iri"] for actor in role["actors"]} for role in each["roles"]}
        assert roles.get("committed by", set()).isdisjoint(roles.get("committed to", ()))
    support = found[ENTITY + "wh-2022-kps-support"]
    assert [r["role"] for r in support["roles"]] == ["committed by", "in favour of"]
    assert ("renews", ENTITY + "fs-2021-kps-support") in {(r["words"], r["iri"]) for r in support["renewals"]}
    before = found[ENTITY + "fs-2021-kps-support"]["renewals"]
    assert [(r["words"], r["iri"], r["date"]) for r in before] == [("renewed by", support["iri"], support["date"])]
    assert "taken up again, without being renewed, by" in {r["words"] for r in support["renewals"]}
    assert 'renewed by → <a href="/page/wh-2022-kps-support">' in text("/between/rok/usa")


def test_what_stands_as_renewed_is_nowhere_said_not_to_be() -> None:
    standing = selected("SELECT ?c WHERE { ?c pact:currentStatus <https://w3id.org/spacepact/code/status/renewed> }")
    told = {iri for iri, found in renewals(site().graph, standing).items() if "renewed by" in {r.words for r in found}}
    assert told == standing
    lanes = site().lanes
    assert {link.earlier for link in lanes.links if link.words == "renewed by"} >= standing
    # One that a source calls renewed, and one that is only taken up again, as the dossier and the two pages say it.
    for promise, later, words in (
        ("us-japan-summit-2022-05-astronaut-gateway", "gateway-2022-japanese-astronaut", "renewed by"),
        ("csd-4-kps-support", "tpd-2025-kps", "taken up again, without being renewed, by"),
    ):
        assert f'{words} → <a href="/page/{later}">' in text(
            "/between/usa/japan" if "japan" in later else "/between/rok/usa"
        )
        page_of_it = " ".join(text(f"/page/{promise}").split())
        assert f'<dt>{words}</dt> <dd><span class="fact"><a href="/page/{later}">' in page_of_it
        assert ("<dt>renewed by</dt>" in page_of_it) == (words == "renewed by")


def test_open_commitments_that_tie_nobody_are_counted_apart() -> None:
    for pair in ("japan/usa", "rok/usa"):
        opened = [e for e in data(pair)["engagements"] if "open" in e["standing"]]
        loose = sum(e["group"] not in TIED for e in opened)
        assert loose
        line = text(f"/between/{pair}").partition('standing">')[2].partition("</p>")[0]
        assert f"{len(opened)} open commitments, of them {loose} that tie nobody" in line


def test_no_way_to_widen_is_offered_twice() -> None:
    block = text("/between/usa/japan?from=1990&to=1991").partition('class="empty"')[2].partition("</div>")[0]
    assert "At any time" in block
    assert len(links(block)) == len(set(links(block)))


def test_long_words_are_folded_and_said_once() -> None:
    other = Site(site().graph, Settings())
    other.__dict__["view"] = site().view
    proofs = [p for tie in site().view.ties for s in tie.showings for p in s.passages]
    other.__dict__["words"] = {curie(p.passage): f"{curie(p.passage)} has " + "words " * 200 for p in proofs}
    body = str(answer(other, "/between/nasa/kasa").body)
    assert not re.findall(r"<blockquote>[^…]", body)
    told = re.findall(r"<span>source:(\S+) has", body)
    assert told
    assert len(told) == len(set(told))
    places = re.findall(r'<li id="(words-[^"]+)"', body)
    assert len(places) == len(told) == len(set(places))
    again = re.findall(r'href="#(words-[^"]+)">as above', body)
    assert again
    assert set(again) <= set(places)


def test_a_front_page_is_no_source() -> None:
    body = text("/between/usa/esa") + text("/between/usa/rok") + text("/between/india/usa")
    assert not re.findall(r'href="https?://[^/"]+/?"[^>]*>source', body)
    fronts = {
        p["url"] for e in data("india/usa")["engagements"] for p in e["passages"] if urlsplit(p["url"]).path == "/"
    }
    assert not fronts or "address not kept" in body


def test_an_unknown_name_has_web_words_and_near_actors() -> None:
    body = text("/between/rok/kassa", 404)
    assert "spacepact find" not in text("/between/rok/nope", 404) + body
    assert "/between/rok/kasa" in links(body, "<main")
    assert all(page(path).status == 200 for path in links(body, "<main"))
