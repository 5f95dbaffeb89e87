"""The brief: picks the analyses that apply to a case, puts page one first, and renders one object in every format."""

from comity.brief.contents import Audience, Brief, Chapter, Failed, NotAnswered, compose
from comity.brief.page_one import Section

__all__ = ["Audience", "Brief", "Chapter", "Failed", "NotAnswered", "Section", "compose"]
