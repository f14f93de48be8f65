"""What markup asks of its parser, counted before the parser sees it; what asks for too much is refused.

One pass over the page's tags keeps a model of the elements that the parser will have open:

1. `tokens` tells tags from comments and texts.
2. `open_elements` keeps what is open behind each tag (an `element_stack`), by the rules of HTML that `kinds` lists;
   `formatting` and `texts` add up what is copied on the way.
3. `bounds` compares the sums with what a page of its length may take.
"""
