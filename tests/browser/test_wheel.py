"""What an installed gradlens serves: bundled, kept for good, small; and the page works from it as it does from a
checkout.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from tests.browser.test_cells import test_pointing_at_a_result_lights_row_column_and_bias_and_writes_the_products
from tests.browser.test_check import test_every_input_has_both_derivatives_and_they_agree
from tests.browser.test_derive import (
    test_every_path_stands_with_its_product_and_their_sum_is_the_gradient,
    test_steps_come_one_at_a_time_by_the_keyboard_and_are_said,
)
from tests.browser.test_diagnose import test_a_forgotten_use_is_named_and_its_edge_is_gone_to
from tests.browser.test_fused import test_one_node_stands_beside_the_graph_of_its_definition
from tests.browser.test_gradient_program import (
    test_the_backward_pass_is_shown_as_a_program_with_the_names_of_the_gradients,
)
from tests.browser.test_groups import test_a_function_opens_at_its_plus_and_closes_at_its_frame
from tests.browser.test_influence import (
    test_one_more_yen_for_an_apple_is_two_yen_twenty_more,
    test_the_local_view_shows_a_node_with_its_neighbours_and_what_passes_between,
)
from tests.browser.test_keep import test_a_reload_right_after_the_last_letter_loses_nothing
from tests.browser.test_large import (
    test_a_large_graph_has_elements_only_for_what_is_in_view,
    test_from_afar_a_canvas_shows_the_whole_and_nearer_the_words_come_back,
)
from tests.browser.test_network import test_a_network_opens_as_a_program_whose_layers_are_closed_groups
from tests.browser.test_network_view import test_a_column_a_layer_with_the_published_numbers_forward_and_backward
from tests.browser.test_page import (
    test_a_korean_reader_is_met_in_korean_and_every_text_is_translated,
    test_a_newcomer_sees_the_apples_play_forward_and_backward_by_themselves,
    test_an_edge_shows_upstream_times_local_as_formula_and_with_its_numbers,
    test_an_error_is_underlined_at_its_place_and_the_last_good_graph_stays,
    test_korean_and_english_switch_without_losing_the_place,
    test_the_address_holds_the_state_and_reopens_it,
    test_the_keyboard_alone_plays_steps_and_jumps,
    test_the_reference_page_works_offline,
)
from tests.browser.test_paper import test_printing_gives_the_whole_graph_the_sentence_and_the_program_and_no_controls
from tests.browser.test_size import KB, before_the_first_graph, came, context, transferred, visit
from tests.browser.test_tables import (
    test_an_uploaded_table_is_named_and_never_carried_and_is_there_after_undo_and_reload,
)
from tests.browser.test_training import test_steps_and_epochs_are_walked_one_at_a_time
from tests.browser.test_workbench import (
    test_dragging_a_number_rewrites_its_literal_alone_and_the_graph_follows_while_dragging,
)
from tests.installed import build_wheel, serve_wheel

pytestmark = pytest.mark.slow

MOST_REQUESTS = 45
MOST_OWN_JAVASCRIPT = 60 * KB


@pytest.fixture(scope="session")
def client(tmp_path_factory) -> Iterator[httpx.Client]:
    """The wheel's own server in place of the checkout's, for every test of this module."""
    with serve_wheel(build_wheel(tmp_path_factory.mktemp("wheel")), tmp_path_factory.mktemp("installed")) as client:
        yield client


def test_these_pages_come_from_the_wheel(open_page):
    assert open_page().locator("script[type=module]").get_attribute("src").startswith("/static/built/")


def test_until_the_first_graph_is_seen_little_is_asked_for(visit):
    requests = before_the_first_graph(*visit())
    own = [request for request in requests if re.search(r"/static/built/.*\.js$", request.url)]
    assert len(own) > 0 and len(requests) <= MOST_REQUESTS
    assert 0 < transferred(own) <= MOST_OWN_JAVASCRIPT


def test_a_reload_asks_whether_the_page_has_changed_and_for_the_trace_and_nothing_else(visit):
    page, _ = visit()
    requests = []
    page.on("request", lambda request: requests.append(request))
    page.reload()
    page.locator("#editor .cm-content").wait_for()
    page.locator("#graph g.node").first.wait_for()
    page.wait_for_load_state("networkidle")
    assert len(requests) > 25
    asked = [request for request in requests if came(request)]
    assert [urlsplit(request.url).path for request in asked] == ["/", "/api/expression"]
    assert transferred(asked[:1]) == 0  # 304: it has not changed


def test_the_page_is_compressed_and_every_file_that_it_names_is_kept_for_good(client):
    page = client.get("/")
    assert page.headers["content-encoding"] == "gzip"
    named = set(re.findall(r'"(/static/[^"]+)"', page.text))
    assert len(named) > 40
    for address in named:
        assert client.get(address).headers["cache-control"] == "public, max-age=31536000, immutable", address
    assert client.get("/", headers={"If-None-Match": page.headers["etag"]}).status_code == 304
