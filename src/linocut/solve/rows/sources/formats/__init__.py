"""A format a file: each opens the shards of its kind, without reading them."""
