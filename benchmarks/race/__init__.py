"""The race: everyone who can fit softmax regression, from the user's arrays to weights.

``python -m benchmarks.race`` runs it; what is measured and how is told in ``measure``.
"""
