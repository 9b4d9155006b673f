"""How it went: numbers collected from the networks, KPIs defined in SQL, objectives.

``collect`` asks the networks and keeps what they say on a branch of its own; ``figures`` reads all
of it back and answers for pages and commands. ``tables`` says what a KPI's SQL finds.
"""
