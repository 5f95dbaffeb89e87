"""The deal space: which packages there are, which of them all parties prefer to no deal, and what could be had.

Packages of several issues with additive utilities (``Packages``, exact to 10^20 packages and beyond, with coupled
issues and forbidden combinations) or a table of utilities (``UtilityTable``); their Pareto frontier and zone of
possible agreement; what each fairness rule picks; the joint gains a proposal leaves on the table; continuous issues;
time and power; deals over draws of uncertain utilities; and levers: trades across issues, agenda and parties, side
payments, red lines, and drafts of a single text. Sources are named in each function.
"""

from .acceptance import Acceptance, acceptable_to_all, acceptance
from .agenda import Change, value_of_issue, value_of_party, without_issue, without_party
from .continuous import (
    Outcome,
    Scales,
    best_smallest_share,
    efficient_outcome,
    ideal_gains,
    kalai_smorodinsky_outcome,
    nash_outcome,
)
from .drafts import Drafts, path_of_drafts
from .frontier import Frontier, Zone, pareto_frontier, zone_of_agreement
from .joint_gains import Distance, JointGains, distance_to_frontier, gains_over
from .log_rolls import Linkage, Trade, linkage, log_rolls, settled_alone
from .packages import Coupling, DealError, Forbidden, Packages, TooManyPoints, UtilityTable
from .reached import Ranked, SingleChanges, rank_by_gains, single_changes
from .red_lines import Relaxation, Shortfalls, conflicting_demands, shortfalls, smallest_sets, smallest_total
from .robust import (
    Closest,
    Draws,
    Robust,
    additive_draws,
    closest_deals,
    picks_in_draws,
    robust_deal,
    table_draws,
)
from .side_payments import PaidPackage, SidePayments, least_paid_package, side_payments
from .solutions import NoZone, Solution, egalitarian, kalai_smorodinsky, nash, raiffa, utilitarian
from .time_and_power import (
    Haste,
    Legislature,
    Split,
    alternating_offers,
    cost_of_haste,
    cost_of_haste_by_rates,
    discount_factor,
    divide_by_kinds,
    divide_by_majority,
    finite_offers,
    frequent_offers,
    unanimity,
    with_breakdown,
    with_outside_option,
)
from .unblocking import Unblocking, cheapest_change

__all__ = [
    "Acceptance",
    "Change",
    "Closest",
    "Coupling",
    "DealError",
    "Distance",
    "Drafts",
    "Draws",
    "Forbidden",
    "Frontier",
    "Haste",
    "JointGains",
    "Legislature",
    "Linkage",
    "NoZone",
    "Outcome",
    "Packages",
    "PaidPackage",
    "Ranked",
    "Relaxation",
    "Robust",
    "Scales",
    "Shortfalls",
    "SidePayments",
    "SingleChanges",
    "Solution",
    "Split",
    "TooManyPoints",
    "Trade",
    "Unblocking",
    "UtilityTable",
    "Zone",
    "acceptable_to_all",
    "acceptance",
    "additive_draws",
    "alternating_offers",
    "best_smallest_share",
    "cheapest_change",
    "closest_deals",
    "conflicting_demands",
    "cost_of_haste",
    "cost_of_haste_by_rates",
    "discount_factor",
    "distance_to_frontier",
    "divide_by_kinds",
    "divide_by_majority",
    "efficient_outcome",
    "egalitarian",
    "finite_offers",
    "frequent_offers",
    "gains_over",
    "ideal_gains",
    "kalai_smorodinsky",
    "kalai_smorodinsky_outcome",
    "least_paid_package",
    "linkage",
    "log_rolls",
    "nash",
    "nash_outcome",
    "pareto_frontier",
    "path_of_drafts",
    "picks_in_draws",
    "raiffa",
    "rank_by_gains",
    "robust_deal",
    "settled_alone",
    "shortfalls",
    "side_payments",
    "single_changes",
    "smallest_sets",
    "smallest_total",
    "table_draws",
    "unanimity",
    "utilitarian",
    "value_of_issue",
    "value_of_party",
    "with_breakdown",
    "with_outside_option",
    "without_issue",
    "without_party",
    "zone_of_agreement",
]
