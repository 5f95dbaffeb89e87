"""Who supports a text, and the cheapest change that completes a coalition able to pass it.

``support`` says who is better off with the text than without; ``integer_program`` writes a decision rule as linear
rows; ``concessions`` asks for the cheapest change of the text, or the cheapest compensation.
"""
