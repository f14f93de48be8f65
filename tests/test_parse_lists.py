"""Lists in markup, and bullets in words: depth, marker and extent of their items."""

import pytest

from tests.each import each
from tests.markup import read, shown


@each(
    ("markup", "blocks"),
    [
        ("<ul><li>a<li>b</ul>c", ["1• a", "1• b", "c"]),
        ("<menu><li>a</menu>", ["1• a"]),
        ("<ul><li>a<ul><li>b<ol><li>c</ol></ul><li>d</ul>", ["1• a", "2• b", "31. c", "1• d"]),
        ("<ul><li>a<br>b<p>c</p><li>d</ul>", ["1• a", "1| b", "1| c", "1• d"]),
        ("<ul><li><p>a</p><ul><li>b</ul><p>c</p></ul>", ["1• a", "2• b", "1| c"]),
        ("<ul>a<li>b</ul>", ["1| a", "1• b"]),
        ("<ul><ul><li>a</ul></ul>", ["2• a"]),
        ("<li>a</li>b", ["1• a", "b"]),
        ("<ul><li><h3>a</h3><p>b</p><li>c</ul>", ["h3 a", "1• b", "1• c"]),
        ("<ul><h3><li>a</li>b</h3><li>c</ul>", ["2• a", "h3 b", "1• c"]),
        ("<ol><li>a<li>b</ol>", ["11. a", "12. b"]),
        ("<ol start=4><li>a<li>b</ol>", ["14. a", "15. b"]),
        ("<ol start=-1><li>a<li>b</ol>", ["1-1. a", "10. b"]),
        ("<ol><li>a<li value=7>b<li>c</ol>", ["11. a", "17. b", "18. c"]),
        ("<ol reversed><li>a<li>b</ol>", ["12. a", "11. b"]),
        ("<ol reversed start=9><li>a<li>b</ol>", ["19. a", "18. b"]),
        ("<ol start=x><li value=y>a</ol>", ["11. a"]),
        ("<ol type=a><li>a<li value=28>b</ol>", ["1a. a", "1ab. b"]),
        ("<ol type=A start=26><li>a<li>b</ol>", ["1Z. a", "1AA. b"]),
        ("<ol type=a start=0><li>a</ol>", ["10. a"]),
        ("<ol type=i start=4><li>a<li value=1999>b</ol>", ["1iv. a", "1mcmxcix. b"]),
        ("<ol type=I start=3999><li>a<li>b</ol>", ["1MMMCMXCIX. a", "14000. b"]),
        ("<ol type=disc><li>a</ol>", ["11. a"]),
        ("<div role=list><div role=listitem>a</div><div role=listitem>b</div></div>c", ["1• a", "1• b", "c"]),
        ("<ul role=list><li role=listitem>a</ul>", ["1• a"]),
    ],
)
def test_items_keep_their_depth_and_marker(markup: str, blocks: list[str]):
    assert shown(markup) == blocks


@pytest.mark.parametrize(
    ("markup", "blocks"),
    [
        ("<div>• a</div><div>◦ b</div>c", ["1• a", "1◦ b", "c"]),
        ("<p>– a<p>–b<p>–", ["1– a", "–b", "–"]),
        ("<div>• a<br>• b<br>c</div>d", ["1• a", "1• b", "1| c", "d"]),
        ("<div>• a:<div>• b</div><div>• c</div></div><div>• d</div>", ["1• a:", "2• b", "2• c", "1• d"]),
        ("<div>a:<br>• b<br>c</div>", ["a:", "1• b", "c"]),
        ("<div><span>•</span> <b>a</b><p>b</p></div>c", ["1• a", "1| b", "c"]),
        ("<div><i></i><b>• a</b><p>b</p></div>c", ["1• a", "1| b", "c"]),
        ("<ul><li>• a<li>▪ b</ul>", ["1• a", "1▪ b"]),
        ("<ul><li>a:<br>• b<br>• c<li>d</ul>", ["1• a:", "2• b", "2• c", "1• d"]),
        ("<ol><li>• a</ol>", ["11. • a"]),
        ("<h2>• a</h2>", ["h2 • a"]),
        ("<pre>• a\n  b\n• c\n</pre>d", ["1• a", "1| b", "1• c", "d"]),
        ("<table><tr><td>a<td>• b<br>• c</table>", ["a", "1• b", "1• c"]),
    ],
)
def test_a_line_that_opens_with_a_bullet_is_an_item_with_all_its_block_holds(markup: str, blocks: list[str]):
    assert shown(markup) == blocks


def test_an_item_goes_on_through_a_form():
    assert shown("<p>long enough<ul><li><form>a</form>b</ul>") == ["long enough", "1• a", "1| b"]


def test_bullets_deep_in_inline_elements_are_items_of_one_list():
    assert shown("<span>• x<br>" * 40) == ["1• x"] * 40


def test_lists_deeper_than_any_page_needs_are_not_told_apart():
    depths = [block.depth for block in read("<ul><li>x" * 40).blocks]
    assert depths == [*range(1, 33), *[32] * 8]
