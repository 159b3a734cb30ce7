"""The numbers for Prometheus say what the doctor and the log say."""

from bot.storage.memory_store import MemoryStore
from bot.web.health import Health
from tests.builders import NOW, a_directory, a_service


async def test_measure__a_service_that_is_closed__nobody_needs_to_make_sure_of_it() -> None:
    store = MemoryStore()
    await store.open()
    health = Health(store, lambda: NOW, polls=False)
    directory = a_directory(a_service("open"), a_service("closed", status="inactive"))
    health.serves(directory, ())
    await health.measure()
    assert health.registry.get_sample_value("waypost_services") == 2
    assert health.registry.get_sample_value("waypost_services_unassured") == directory.unassured == 1
    await store.close()
