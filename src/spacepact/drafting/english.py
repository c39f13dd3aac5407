"""Words of English by which a name is told from other words, and its kind from its last or first word."""

from __future__ import annotations

__all__ = ["KINDS", "LINKS", "NO_NAMES", "TITLES"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HEADS = {
    "Organization": _words(
        """
        Agency Ministry Department Bureau Office Institute Institution Committee Commission Centre Center
        Directorate Directorate-General Organisation Organization Council Service Secretariat Command Force
        Administration University College Laboratory Laboratories Corporation Company Inc Ltd Corp Community Group
        Academy Association Authority Foundation Cabinet Congress Parliament Embassy Navy Army Airforce Board Fund
        Bank Union Society Team
        """
    ),
    "MeetingSeries": _words(
        """
        Dialogue Meeting Conference Summit Consultations Forum Congress Assembly Symposium Workshop
        """
    ),
    "Agreement": _words(
        """
        Accords Agreement Accord Memorandum Treaty Convention Charter Arrangement MOU
        """
    ),
    "SpaceActivity": _words(
        """
        Mission Telescope Station Rover Observatory Satellite Spacecraft Lander Orbiter Explorer Programme Program
        Initiative Probe System Constellation
        """
    ),
    "Place": _words(
        """
        Palace Island Islands City Province Lake Sea Ocean Mountain Valley Lab Pole Base Port Spaceport Cosmodrome
        """
    ),
}
KINDS = {word: kind for kind, words in _HEADS.items() for word in sorted(words)}
"""The class that a word in a name tells: a "Ministry" is an organization, a "Dialogue" a series of meetings."""

TITLES = _words(
    """
    President Vice Prime Minister Secretary Deputy Assistant Administrator Associate Director General Ambassador Dr
    Mr Mrs Ms Prof Professor Chairman Chair Chief Officer Commissioner Senior Principal Acting Under Undersecretary
    Special Envoy Advisor Adviser Representative Senator Governor King Queen Prince Princess Sheikh His Her
    Excellency Majesty Sen Rep Gen Lt Col Maj Adm Captain Commander Head Executive Director-General Chancellor
    Premier Counselor Attache Colonel
    """
)
"""Words before or after the names of people, no parts of them."""

NO_NAMES = _words(
    """
    The This These Those That A An In On At As It Its He She We They Our Their His Her And But Or For From To With
    By Of If While When Where Since After Before During Following Under Over Both All Some Many Other Another Each
    Such Also However Moreover Furthermore Finally First Second Third Today Officials Participants Government
    Governments State States January February March April May June July August September October November December
    Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Monday Tuesday Wednesday Thursday Friday Saturday Sunday I II
    III IV Note Joint Statement Fact Sheet Press Release Media Photo Image Credit Read More Share French Japanese
    Korean American British German Italian Indian Canadian Australian European Chinese Russian Spanish Israeli
    Brazilian Mexican African Asian Arab Swiss Swedish Dutch Norwegian Polish Turkish Ukrainian Emirati Saudi
    Filipino Vietnamese Thai Belgian Greek Portuguese Danish Finnish International Interagency Space Visit Relations
    National Global Policy Affairs Pursuant Civil Human Partnership Building Recognizing Looking Present Last Next
    Key Principal Specifically There What Who How Why No Not Yes
    """
)
"""Words that have a capital and are no name by themselves: openers of sentences, months, adjectives of states."""

LINKS = _words(
    """
    of for on de du des la le von van der bin al del the & di da
    """
)
"""Small words that may stand within a name."""
