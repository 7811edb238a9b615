"""Reports without a name: letter boxes, receipts, two-way messages. See docs/adr/021."""
