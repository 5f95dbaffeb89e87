"""What comes after a decision: what an agent is left to decide, who checks, and what a complaint is worth."""
