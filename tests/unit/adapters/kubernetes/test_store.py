"""adapters.kubernetes.store."""

from dataclasses import replace

from adapters.kubernetes.store import Entry, Key, ObjectStore
from domain.cluster.metadata import Summary
from domain.cluster.namespaces import Namespace, NamespaceStatus


def _namespace(name: str, phase: str = "Active") -> Namespace:
    return Namespace(summary=Summary(name=name), status=NamespaceStatus(phase=phase))


def _entry(name: str, version: str = "1", phase: str = "Active") -> Entry[Namespace]:
    return Entry(f"uid-{name}", version, _namespace(name, phase))


def _key(name: str) -> Key:
    return "", name


def _store(*names: str) -> ObjectStore[Namespace]:
    store: ObjectStore[Namespace] = ObjectStore()
    store.swap({_key(name): _entry(name) for name in names})
    return store


def test_objects_are_read_by_namespace_then_name() -> None:
    store: ObjectStore[Namespace] = ObjectStore()
    for key in (("b", "1"), ("a", "2"), ("a", "1"), ("", "9")):
        store.put(key, Entry("u", "1", _namespace("/".join(key))))
    assert [one.name for one in store.ordered()] == ["/9", "a/1", "a/2", "b/1"]


def test_the_tuple_is_the_same_instance_while_nothing_has_changed() -> None:
    store = _store("a", "b")
    before = store.ordered()
    store.put(_key("a"), _entry("a", version="2"))
    store.remove(_key("unknown"))
    store.swap({_key("b"): _entry("b", version="3"), _key("a"): _entry("a", version="3")})
    assert store.ordered() is before
    assert store.entries[_key("a")].resource_version == "3"


def test_an_equal_object_stays_the_instance_it_was() -> None:
    store = _store("a")
    known = store.entries[_key("a")].resource
    store.put(_key("a"), _entry("a", version="2"))
    assert store.entries[_key("a")].resource is known
    store.swap({_key("a"): _entry("a", version="3")})
    assert store.entries[_key("a")].resource is known
    assert store.entries[_key("a")].is_version("uid-a", "3")


def test_only_what_changed_is_another_instance() -> None:
    store = _store("a", "b")
    first, second = store.ordered()
    store.put(_key("b"), _entry("b", version="2", phase="Terminating"))
    same, changed = store.ordered()
    assert same is first
    assert changed is not second
    assert changed == replace(second, status=NamespaceStatus(phase="Terminating"))


def test_a_swap_takes_away_what_is_not_in_it() -> None:
    store = _store("a", "b")
    store.ordered()
    store.swap({_key("b"): _entry("b"), _key("c"): _entry("c")})
    assert [one.name for one in store.ordered()] == ["b", "c"]
    store.clear()
    assert store.ordered() == ()
    assert len(store) == 0


def test_a_swap_shows_what_changed() -> None:
    store = _store("a")
    before = store.ordered()
    store.swap({_key("a"): _entry("a", version="2", phase="Terminating")})
    assert store.ordered() is not before


def test_a_version_is_known_only_by_uid_and_version_together() -> None:
    entry = _entry("a", version="7")
    assert entry.is_version("uid-a", "7")
    assert not entry.is_version("uid-b", "7")
    assert not entry.is_version("uid-a", "8")
    assert not Entry("", "", entry.resource).is_version("", "")
