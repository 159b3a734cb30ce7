"""The directory in HSDS 3.1: every record is what that standard says, and every field of ours arrives."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.core.directory import Directory, Phone
from bot.resources.load import read_resources, read_text
from bot.web.export import export_files
from bot.web.hsds import hsds_id, hsds_organizations, hsds_services
from tests.builders import a_directory, a_service

TODAY = date(2026, 11, 23)
HERE = Path(__file__).parent
ROOT = HERE.parents[1]
KINDS = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "uuid": {"type": "string", "format": "uuid"},
    "email": {"type": "string", "format": "email"},
    "uri": {"type": "string", "format": "uri", "pattern": "^https?://"},
    "day": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
}
RECORDS = {
    "services": "service",
    "organizations": "organization",
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
}


def shipped() -> Directory:
    return read_resources(ROOT / "resources.yaml", TODAY).directory


def example() -> Directory:
    """The example of the documentation, which uses every field."""
    return read_resources(ROOT / "tests" / "resources" / "example.yaml", TODAY).directory


def own_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of one record by our notes on the standard; unknown fields are refused."""
    notes = yaml.safe_load((HERE / "hsds_fields.yaml").read_text(encoding="utf-8"))
    definitions = {
        record: {
            "type": "object",
            "properties": {field: kind_schema(kind) for field, kind in fields.items() if field != "needed"},
            "required": fields["needed"],
            "additionalProperties": False,
        }
        for record, fields in notes.items()
    }
    return {"$defs": definitions, "$ref": f"#/$defs/{name}"}


def kind_schema(kind: str | list[str]) -> dict[str, Any]:
    if isinstance(kind, list):
        return {"enum": kind}
    number, _, record = kind.partition(" ")
    if not record:
        return KINDS[kind]
    schema = {"$ref": f"#/$defs/{record}"}
    return schema if number == "one" else {"type": "array", "items": schema, "minItems": 1}


def records(directory: Directory) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """Return (path, kind of record, records) of each file of an export."""
    files = export_files("hsds", directory, TODAY)
    return [(path, RECORDS[Path(path).stem], json.loads(content)) for path, content in files.items()]


def faults(schema: dict[str, Any], found: list[dict[str, Any]]) -> list[str]:
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    return [f"{list(error.path)}: {error.message}" for record in found for error in validator.iter_errors(record)]


@pytest.mark.parametrize("directory", [shipped, example])
def test_export__every_record__is_what_the_standard_says(directory) -> None:
    for path, kind, found in records(directory()):
        assert found, path
        assert faults(own_schema(kind), found) == [], path


def official_schema(name: str) -> dict[str, Any]:
    """Return the rules of the official JSON Schema of a record (HSDS 3.1), without its texts; unknown fields pass."""
    whole = json.loads((HERE / "hsds_rules.json").read_text(encoding="utf-8"))
    return whole if name == "service" else {"definitions": whole["definitions"], "$ref": f"#/definitions/{name}"}


@pytest.mark.parametrize("directory", [shipped, example])
def test_export__every_record__passes_the_official_schema(directory) -> None:
    for path, kind, found in records(directory()):
        assert faults(official_schema(kind), found) == [], path


@pytest.mark.parametrize(
    ("where", "wrong"),
    [
        (("id",), "de-berlin"),
        (("status",), "open"),
        (("name",), None),
        (("phones", 0, "number"), None),
        (("phones", 0, "type"), 7),
        (("organization", "name"), None),
        (("schedules", 0, "freq"), "DAILY AND NIGHTLY"),
        (("attributes", 0, "id"), None),
        (("service_at_locations", 0, "location", "addresses", 0, "address_1"), None),
    ],
)
def test_official_schema__a_record_that_breaks_it__is_told(where, wrong) -> None:
    record = hsds_services(example(), TODAY, "en")[0]
    *above, field = where
    part: Any = record
    for step in above:
        part = part[step]
    if wrong is None:
        del part[field]
    else:
        part[field] = wrong
    assert faults(official_schema("service"), [record]) != []


def test_export__one_folder_a_language__same_ids_in_each() -> None:
    files = {path: found for path, _, found in records(example())}
    assert {path.partition("/")[0] for path in files} == {"en", "ru"}
    assert [each["id"] for each in files["en/services.json"]] == [each["id"] for each in files["ru/services.json"]]
    assert files["ru/services.json"][0]["name"] == "Консультация по убежищу в Берлине"
    # What was not translated stays readable.
    assert files["ru/services.json"][0]["description"] == "Free first advice before the interview."


def test_id__is_made_of_the_slug__and_never_changes() -> None:
    assert hsds_id("service", "de-berlin-asylum-advice") == "b66694f3-5877-5a4b-a7e7-3afb38e5b68a"
    assert hsds_services(example(), TODAY, "en")[0]["id"] == hsds_id("service", "de-berlin-asylum-advice")


def test_export__all_ids__are_different() -> None:
    seen: dict[str, str] = {}

    def look(record: Any, path: str) -> None:
        if isinstance(record, list):
            for each in record:
                look(each, path)
        elif isinstance(record, dict):
            where = f"{path}:{json.dumps(record, sort_keys=True)}"
            # The same thing (an organization, a term of the taxonomy) may stand in several places.
            assert seen.setdefault(record["id"], where) == where
            for name, value in record.items():
                look(value, f"{path}.{name}" if name not in ("organization", "taxonomy_term") else name)

    for each in hsds_services(shipped(), TODAY, "en"):
        look(each, "service")


def test_service__every_field__arrives() -> None:
    service = hsds_services(example(), TODAY, "en")[0]
    assert service["email"] == "help@refuge.example.org"
    assert service["url"] == "https://refuge.example.org/berlin"
    assert [(link["label"], link["url"]) for link in service["additional_urls"]] == [
        ("Telegram", "https://t.me/example_refuge")
    ]
    assert service["application_process"] == "Come in person, no appointment."
    assert service["fees_description"] == "Free"
    assert service["eligibility_description"] == "Anyone who asked or wants to ask for asylum."
    assert service["minimum_age"] == 16
    assert service["assured_date"] == "2026-11-01"
    assert service["alert"] == "Closed 24-31 December."
    assert service["status"] == "active"
    assert [phone["number"] for phone in service["phones"]] == ["+49 30 23125 001", "+49 30 23125 002"]
    assert [phone["type"] for phone in service["phones"]] == ["voice", "text"]
    assert [language["code"] for language in service["phones"][0]["languages"]] == ["de", "ru"]
    assert [language["name"] for language in service["languages"]] == ["German", "English", "Russian", "Arabic"]
    assert [(area["extent"], area["extent_type"]) for area in service["service_areas"]] == [("DE-BE", "text")]
    address = service["service_at_locations"][0]["location"]["addresses"][0]
    assert (address["address_1"], address["postal_code"], address["country"]) == ("Musterstraße 1", "10115", "DE")
    assert [document["document"] for document in service["required_documents"]] == ["Any letter from the authority"]
    assert service["organization"]["website"] == "https://refuge.example.org"


def test_service__what_the_standard_has_no_field_for__stands_in_attributes() -> None:
    service = hsds_services(example(), TODAY, "ru")[0]
    attributes = [(attribute["label"], attribute["value"]) for attribute in service["attributes"]]
    for expected in [
        ("topic", "asylum"),
        ("topic", "legal"),
        ("audience", "refugees"),
        ("audience", "lgbt"),
        ("crisis", "false"),
        ("caution", "The building has a public entrance."),
        ("timezone", "Europe/Berlin"),
        ("keyword", "бамф"),
        ("assured_by", "Editor of the list"),
        ("assured_source", "https://refuge.example.org/contact"),
        ("assured_every", "90d"),
    ]:
        assert expected in attributes
    phone = service["phones"][1]
    assert [(each["label"], each["value"]) for each in phone["attributes"]] == [
        ("type", "whatsapp"),
        ("type", "signal"),
    ]
    assert ("run_by", "ngo") in [(each["label"], each["value"]) for each in service["organization"]["attributes"]]


def test_service__assured_by_an_address__stands_in_its_field() -> None:
    text = (ROOT / "tests" / "resources" / "example.yaml").read_text(encoding="utf-8")
    changed = text.replace("by: Editor of the list", "by: editor@refuge.example.org")
    service = hsds_services(read_text(changed, "r.yaml", TODAY).directory, TODAY, "en")[0]
    assert service["assurer_email"] == "editor@refuge.example.org"


def test_services__not_active__are_left_out_with_their_organization() -> None:
    directory = a_directory(a_service("open"), a_service("closed", status="inactive", organization="gone"))
    assert [service["name"] for service in hsds_services(directory, TODAY, "en")] == ["Asylum advice Berlin"]
    assert [each["id"] for each in hsds_organizations(directory, TODAY, "en")] == [
        hsds_id("organization", "example-refuge")
    ]


@pytest.mark.parametrize(
    ("types", "expected"),
    [((), "voice"), (("sms",), "text"), (("fax",), "fax"), (("signal",), "text"), (("whatsapp", "voice"), "voice")],
)
def test_phone__kinds_of_ours__become_one_kind_of_the_standard(types, expected) -> None:
    service = a_service(phones=(Phone("+49 30 23125 001", types),))
    assert hsds_services(a_directory(service), TODAY, "en")[0]["phones"][0]["type"] == expected


@pytest.mark.parametrize("directory", [shipped, example])
def test_export__every_reference__leads_to_a_record_of_the_same_folder(directory) -> None:
    files = {path: found for path, _, found in records(directory())}
    for language in {path.partition("/")[0] for path in files}:
        ids = {
            kind: {each["id"] for each in files[f"{language}/{kind}.json"]}
            for kind in ("organizations", "taxonomies", "taxonomy_terms")
        }
        for term in files[f"{language}/taxonomy_terms.json"]:
            assert term["taxonomy_id"] in ids["taxonomies"]
        for service in files[f"{language}/services.json"]:
            assert service["organization_id"] == service["organization"]["id"]
            assert service["organization_id"] in ids["organizations"]
            attributes = service["attributes"]
            assert {each["link_id"] for each in attributes} == {service["id"]}
            terms = [each["taxonomy_term"]["id"] for each in attributes if each["label"] == "topic"]
            assert terms and set(terms) <= ids["taxonomy_terms"]
            for phone in service.get("phones", ()):
                assert {each["link_id"] for each in phone.get("attributes", ())} <= {phone["id"]}


def ids_of(record: Any) -> set[str]:
    """Return the ids of a record and of all that stands in it, but those of keywords, which each language has its own."""
    if isinstance(record, list):
        return set().union(*map(ids_of, record))
    if not isinstance(record, dict) or record.get("label") == "keyword":
        return set()
    return {record["id"]}.union(*(ids_of(value) for value in record.values()))


def test_export__every_id__is_the_same_in_each_language() -> None:
    service = a_service(
        name={"en": "Advice", "ru": "Совет"},
        caution={"en": "Seen from the street.", "ru": "Вход виден с улицы."},
        required_documents=({"en": "A letter", "ru": "Письмо"},),
        phones=(Phone("+49 30 23125 001", types=("signal",), description={"en": "Text", "ru": "Текст"}),),
        schedule="Mo-Fr 10:00-16:00",
        keywords={"ru": ("бамф",)},
    )
    english, russian = (hsds_services(a_directory(service), TODAY, language) for language in ("en", "ru"))
    assert len(ids_of(english)) > 10
    assert ids_of(english) == ids_of(russian)


def test_phone__another_one_before_it__keeps_its_id() -> None:
    line, other = Phone("+49 30 23125 001"), Phone("+49 30 23125 002")
    before, after = (
        hsds_services(a_directory(a_service(phones=phones)), TODAY, "en")[0]["phones"]
        for phones in ((line, line), (other, line, line))
    )
    assert [each["id"] for each in after[1:]] == [each["id"] for each in before]
    assert len({each["id"] for each in after}) == 3
