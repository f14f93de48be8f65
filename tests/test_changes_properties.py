"""What holds for changes between any records."""

from hypothesis import given
from hypothesis import strategies as st

from normalizers.changes import changes, content_hash
from scraper.field_rules import field_path
from tests.changing import FIELDS, LISTS, RECORDS, record


@given(RECORDS, RECORDS)
def test_the_hashes_are_equal_if_and_only_if_nothing_changed(old, new):
    assert (content_hash(old) == content_hash(new)) == (changes(old, new) == []) == (changes(new, old) == [])


@given(RECORDS, RECORDS)
def test_every_field_that_changed_is_a_path_that_can_be_explained(old, new):
    fields = [change.field for change in changes(old, new) if change.field != "issues"]
    assert [str(field_path(field)) for field in fields] == fields


@given(st.data(), FIELDS, st.sampled_from(sorted(LISTS)))
def test_one_list_changed_gives_changes_of_that_list_alone(data, fields, name):
    entries = data.draw(st.lists(st.fixed_dictionaries(LISTS[name]), max_size=3))
    old, new = record(**fields), record(**{**fields, name: entries})
    found = changes(old, new)
    assert all(change.field.startswith(f"{name}[") for change in found)
    assert (content_hash(old) == content_hash(new)) == (found == [])


@given(FIELDS, st.randoms(use_true_random=False))
def test_no_order_and_no_marker_is_content(fields, random):
    def stirred(value):
        if isinstance(value, dict):
            return {name: str(random.random()) if name == "marker" else stirred(part) for name, part in value.items()}
        return [stirred(part) for part in random.sample(value, len(value))] if isinstance(value, list) else value

    old, new = record(**fields), record(**stirred(fields))
    assert content_hash(old) == content_hash(new)
    assert changes(old, new) == []
