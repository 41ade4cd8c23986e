from creator_search.adapters.onnx_classifier import packed
from hypothesis import given
from hypothesis import strategies as st

lengths = st.lists(st.integers(1, 512), max_size=80)


@given(lengths, st.integers(16, 512))
def test_every_row_is_in_one_batch_and_no_batch_is_over_its_budget(found: list[int], budget: int) -> None:
    batches = list(packed(found, budget))
    assert sorted(row for batch in batches for row in batch) == list(range(len(found)))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(found[row] for row in batch) <= budget


@given(lengths)
def test_rows_of_like_length_go_together(found: list[int]) -> None:
    flat = [found[row] for batch in packed(found) for row in batch]
    assert flat == sorted(flat)
