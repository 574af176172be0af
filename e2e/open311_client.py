"""Two Python clients of Open311 against the program: `georeport` reads JSON and XML, `three` files with a photo.

Run by e2e/run.sh, which says by LIANXIN_URL and LIANXIN_TOKEN where the program is and who is asking.
"""

import io
import itertools
import os
import unittest
import urllib.error
import urllib.request
import zlib
from xml.etree import ElementTree

# `three` was written for Python 2 and asks for a name that Python 3 calls `filter`.
itertools.ifilter = filter

from georeport import GeoReport
from three import Three

URL = os.environ["LIANXIN_URL"] + "/open311/v2"
COUNTY = "421223"
PLACE = {"lat": "29.5568", "long": "114.0413"}


def one_pixel() -> io.BytesIO:
    """A picture as small as a PNG can be."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = (1).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    picture = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    picture += chunk(b"IDAT", zlib.compress(b"\0\xb3\x26\x1e")) + chunk(b"IEND", b"")
    file = io.BytesIO(picture)
    file.name = "photo.png"
    return file


def fetch(path: str) -> tuple[int, str, bytes]:
    """Status, content type and body of a plain GET."""
    try:
        with urllib.request.urlopen(f"{URL}/{path}") as answer:
            return answer.status, answer.headers["content-type"], answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["content-type"], error.read()


def as_text(value) -> str:
    """A JSON value as the same value's XML element holds it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


class Reading(unittest.TestCase):
    """`georeport`, once in each format; both must say the same."""

    json = GeoReport(URL, jurisdiction=COUNTY)
    xml = GeoReport(URL, jurisdiction=COUNTY, output_format="xml")

    def same(self, one: dict, other: dict) -> None:
        self.assertEqual(list(one), list(other))
        for field, value in one.items():
            if not isinstance(value, (list, dict)):
                given = as_text(other[field])
                if isinstance(value, float):
                    self.assertAlmostEqual(value, float(given), places=9, msg=field)
                else:
                    self.assertEqual(as_text(value), given, field)

    def test_services(self) -> None:
        services = self.json.get_service_list()
        for one, other in zip(services, self.xml.get_service_list(), strict=True):
            self.same(one, other)

    def test_definitions(self) -> None:
        asking = [service["service_code"] for service in self.json.get_service_list() if service["metadata"]]
        for code in asking:
            one, other = self.json.get_service_definition(code), self.xml.get_service_definition(code)
            self.assertEqual(one["service_code"], other["service_code"])
            attributes = other["attributes"]["attribute"]
            attributes = attributes if isinstance(attributes, list) else [attributes]
            for mine, theirs in zip(one["attributes"], attributes, strict=True):
                self.same(mine, theirs)

    def test_requests(self) -> None:
        found = self.json.get_service_requests(status="open")
        self.assertGreater(len(found), 10)
        for one, other in zip(found, self.xml.get_service_requests(status="open"), strict=True):
            self.same(one, other)

    def test_both_statuses_are_all(self) -> None:
        everything = self.json.get_service_requests()
        self.assertEqual(everything, self.json.get_service_requests(status="open,closed"))
        self.assertEqual({"open", "closed"}, {request["status"] for request in everything})

    def test_one_request(self) -> None:
        number = self.json.get_service_requests(status="closed")[0]["service_request_id"]
        self.same(self.json.get_service_request(number), self.xml.get_service_request(number))


class Filing(unittest.TestCase):
    """`three`, which sends photos."""

    city = Three(URL, api_key=os.environ["LIANXIN_TOKEN"], jurisdiction=COUNTY)

    def simple_service(self) -> str:
        return next(service["service_code"] for service in self.city.services() if not service["metadata"])

    def test_discovery_under_the_endpoint(self) -> None:
        self.assertEqual(URL, self.city.discovery()["endpoints"][0]["url"].rstrip("/"))

    def test_with_a_photo(self) -> None:
        answer = self.city.post(self.simple_service(), description="路灯杆歪了", media=one_pixel(), **PLACE)
        self.assertEqual(200, self.city.post_response.status_code, answer)
        request = self.city.request(answer[0]["service_request_id"])[0]
        self.assertEqual("open", request["status"])

    def test_with_a_name_and_an_address(self) -> None:
        answer = self.city.post(self.simple_service(), address="天城镇大桥路口", name="演示 居民", description="积水")
        number = answer[0]["service_request_id"]
        self.assertNotIn("居民", str(self.city.request(number)))

    def test_dates(self) -> None:
        self.assertEqual([], self.city.requests(between=["01-01-2020", "02-01-2020"]))
        errors = self.city.requests(between=["01-01-2020", "12-31-2020"])
        self.assertEqual(400, errors[0]["code"])

    def test_text_that_is_too_long(self) -> None:
        self.city.post(self.simple_service(), description="字" * 4000, **PLACE)
        self.assertEqual(200, self.city.post_response.status_code)
        errors = self.city.post(self.simple_service(), description="字" * 4001, **PLACE)
        self.assertEqual(400, errors[0]["code"])


class Form(unittest.TestCase):
    """What no client checks but the specification says."""

    def test_content_types(self) -> None:
        for suffix, kind in {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}.items():
            for path in ("services", "requests", "discovery", "requests/none", "no-such-thing"):
                _, given, _ = fetch(f"{path}.{suffix}?jurisdiction_id={COUNTY}")
                self.assertEqual(kind, given.lower(), path)

    def test_xml_errors(self) -> None:
        status, _, body = fetch("services.xml?jurisdiction_id=999999")
        root = ElementTree.fromstring(body)
        self.assertEqual((404, "errors", "404"), (status, root.tag, root.findtext("error/code")))
        self.assertTrue(root.findtext("error/description"))

    def test_empty_arguments_are_absent_ones(self) -> None:
        plain = fetch(f"requests.json?jurisdiction_id={COUNTY}&page_size=3")
        empty = fetch(f"requests.json?jurisdiction_id={COUNTY}&page_size=3&status=&start_date=&service_code=&page=")
        self.assertEqual(plain, empty)

    def test_bad_arguments(self) -> None:
        for bad in ("status=ajar", "start_date=yesterday", "page=0", "page_size=-1", "end_date=2026-01-01T00:00:00"):
            self.assertEqual(400, fetch(f"requests.json?jurisdiction_id={COUNTY}&{bad}")[0], bad)

    def test_a_plus_that_became_a_space(self) -> None:
        path = f"requests.json?jurisdiction_id={COUNTY}&start_date=2026-01-01T00:00:00+08:00"
        self.assertEqual(200, fetch(path)[0])


if __name__ == "__main__":
    unittest.main()
