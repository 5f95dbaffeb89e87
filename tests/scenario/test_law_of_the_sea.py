"""The case on seabed mining: what was agreed is quoted, what each side wanted is judgement."""

from __future__ import annotations

from fractions import Fraction

from comity.findings import ask, registry
from comity.scenario import load, open_shipped

NAME = "law-of-the-sea-1980"
SCENARIO = open_shipped(NAME).scenario


def test_what_was_agreed_is_quoted_and_lies_on_its_scale() -> None:
    """United Nations Convention on the Law of the Sea (1982), Annex III, article 13, paragraphs 2, 3, 5 and 6."""
    agreed = {issue.id: issue.outcome for issue in SCENARIO.issues}
    values = {name: cell.estimate for name, cell in agreed.items() if cell is not None}
    assert values == {"application-fee": 0.5, "annual-fee": 1, "charge": 5, "share": 70}
    for issue in SCENARIO.issues:
        cell = agreed[issue.id]
        assert cell is not None
        assert cell.source == "unclos"
        assert cell.estimate is not None
        assert issue.scale.low <= cell.estimate <= issue.scale.high
        assert [item.value for item in cell.evidence if item.quote] == [cell.estimate]
        assert "Annex III, article 13" in (cell.evidence[0].document or "")


def test_nothing_judged_counts_as_cited() -> None:
    judged = {source.id for source in SCENARIO.sources if source.invented}
    assert judged == {"judged"}
    for item in load(NAME).all_inputs():
        if item.path.startswith(("positions", "deal")):
            assert (item.source, item.basis) == ("judged", "judgement"), item.path
        if item.path.startswith("actors"):
            assert item.basis == "judgement", item.path
    assert all(row.position is not None and row.position.range is not None and row.note for row in SCENARIO.positions)
    assert sum(item.basis == "quoted evidence" for item in load(NAME).all_inputs()) == 5, "four outcomes, one reference"


def test_the_case_says_what_was_not_read() -> None:
    said = " ".join(SCENARIO.unverified)
    for word in ("from memory", "rules of procedure", "with the outcome known", "Sebenius (1984)", "Raiffa (1982)"):
        assert word in said
    read = {source.id: source.note or "" for source in SCENARIO.sources}
    assert "not seen" in read["procedure"].lower()
    assert "Not seen" in read["raiffa1982"]
    assert SCENARIO.outcome_date == "1980-08-29"
    assert SCENARIO.data_date == "2026"


def test_two_thirds_need_the_group_of_77_and_consensus_needs_everybody() -> None:
    institution = SCENARIO.institution
    assert institution is not None
    weights = institution.weights["delegations"]
    assert weights.unverified
    share = weights.values["G77"].value / weights.total
    assert share > Fraction(2, 3)
    coalitions = {finding.subject: finding for finding in ask(registry().get("decision-rule"), load(NAME), draws=0)}
    assert "Group of 77 can block alone" in coalitions["two-thirds"].sentence
    assert "every member can block alone" in coalitions["consensus"].sentence


def test_the_text_of_1980_is_acceptable_to_all_in_the_model_and_on_the_frontier() -> None:
    deal = SCENARIO.deal
    assert deal is not None
    assert dict(deal.proposed or {}) == {
        "advance": "small",
        "system": "choice",
        "charge": "middle",
        "share": "rising",
        "enterprise": "half",
    }
    assert [each.options for each in deal.agreed] == [deal.proposed]
    findings = ask(registry().get("deal-space"), load(NAME), draws=0, search=False)
    said = " ".join(finding.sentence for finding in findings)
    assert "acceptable to all" in said
