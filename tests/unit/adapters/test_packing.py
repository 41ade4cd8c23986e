from creator_search.adapters.captions.onnx_classifier import packed
from hypothesis import given
from hypothesis import strategies as st

lengths = st.lists(st.integers(1, 512), max_size=80)


@given(lengths, st.integers(16, 512))
def test_every_row_is_in_one_batch_and_no_batch_exceeds_its_budget_unless_it_has_one_row(
    found: list[int], budget: int
) -> None:
    batches = list(packed(found, budget))
    assert sorted(row for batch in batches for row in batch) == list(range(len(found)))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(found[row] for row in batch) <= budget


@given(lengths)
def test_batches_take_the_rows_in_the_order_of_their_length(found: list[int]) -> None:
    flat = [found[row] for batch in packed(found) for row in batch]
    assert flat == sorted(flat)
