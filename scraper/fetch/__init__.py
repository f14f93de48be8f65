"""Fetches pages: politely, with retries, from checked addresses only; archives every exchange, and replays archives.

How a page is fetched:

1. `client` is what others call. It follows `redirects`; `safety` checks each URL and address on the way.
2. `robots_cache` reads each host's robots.txt (`robots`) and refuses what that forbids.
3. `requester` asks for one URL. `captures` may answer from the archive; `politeness` waits for the host's turn (`pace`)
   and lets failing hosts rest (`breaker`); `retries` says what is tried again; `challenges` tells refusals from pages.
4. `sender` sends one request over the `transport`; the answer is an `exchange`.
5. `archive` keeps it; `exchange_log` writes a line; the caller's `context` notes it.

`environment` is what all of this meets outside: network, time, chance. In a replay, `replay` stands in for the network.
"""
