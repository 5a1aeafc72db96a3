"""The generated table of where people live."""

from __future__ import annotations

from homeport.regions.positions import CONTINENTS, COUNTRIES
from tools import positions

# ISO 3166-1 alpha-2, all 249.
CODES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV "
    "BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES "
    "ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE "
    "IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY "
    "MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU "
    "NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM "
    "SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE "
    "VG VI VN VU WF WS YE YT ZA ZM ZW "
)
ISO = frozenset(CODES.split())


def test_every_iso_country_and_kosovo_have_a_position() -> None:
    assert len(ISO) == 249
    assert COUNTRIES.keys() == ISO | {"XK"}


def test_every_continent_that_cloudflare_names_has_a_position() -> None:
    # https://developers.cloudflare.com/workers/runtime-apis/request/#incomingrequestcfproperties
    assert CONTINENTS.keys() == {"AF", "AN", "AS", "EU", "NA", "OC", "SA"}


def test_every_position_is_one_on_earth() -> None:
    everywhere = [*COUNTRIES.values(), *CONTINENTS.values()]
    assert all(abs(latitude) <= 90 and abs(longitude) <= 180 for latitude, longitude in everywhere)
    assert (0.0, 0.0) not in everywhere


def test_people_live_elsewhere_than_the_middle_of_the_map() -> None:
    assert COUNTRIES["RU"][1] < 60  # west of the Urals
    assert COUNTRIES["CA"][0] < 50  # near the southern border
    assert COUNTRIES["AU"][1] > 140  # in the south east
    assert COUNTRIES["FJ"][1] > 175  # a mean across the date line is not in Africa


def test_the_module_is_what_the_tool_generates() -> None:
    assert positions.TARGET.read_text() == positions.render()
