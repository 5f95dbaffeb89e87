"""Formal voting weight: how often a member decides under a rule, and every index that is made of it.

``voting_power`` is the front; it chooses the algorithm (``kinds``, ``counting``, ``halves``, ``partner_sets``), and
``indices`` lists what people call an index. The other files are one question each: unions, abstention, two tiers,
members' own probabilities, the quota as a curve, fair weights. Compiled loops are in ``_kernels*``.
"""
