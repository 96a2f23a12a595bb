"""Serving: a Tagger in, an HTTP server out that answers reports with their records and spans.

limits     what a request may take
intake     a request's body → a Document
batching   Documents of many requests → tagged together, in one thread
desk       the way of a request, and who may wait
answers    a tagged Document → the answer's body
app, outside, refusals, policy, metrics    routes; what surrounds every answer; errors; security headers; counters
page       the page at /
server     a socket and uvicorn

Run: `khcn-ner serve`. Needs the extra `serve`. See docs/serving.md.
"""
