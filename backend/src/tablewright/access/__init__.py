"""Who sees which rows and columns: groups and attributes of members, and the rules of each dataset.

Owns the tables member_groups, group_members, member_attributes and access_rules. What follows from them is decided in
core/access; every domain that shows rows asks here.
"""
