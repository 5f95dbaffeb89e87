"""The workbench: a folder's scenarios in the browser, for the one person who started it on their own machine.

``comity serve`` starts it. A page never computes: what it shows is a brief and its findings, made by the same code as
on the command line, in worker processes (``lanes``) that run what ``answers`` holds. ``folder`` is the only reader and
writer of the scenario files, ``guard`` decides which requests get in, ``pages`` says what each address shows, and
``application`` puts them together.
"""

from comity.web.application import workbench
from comity.web.serving import serve

__all__ = ["serve", "workbench"]
